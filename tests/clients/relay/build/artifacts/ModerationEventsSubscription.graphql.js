/**
 * @generated SignedSource<<961224a7f053cf757e48891be89b9cdd>>
 * @lightSyntaxTransform
 */

/* eslint-disable */

'use strict';

var node = (function(){
var v0 = [
  {
    "defaultValue": null,
    "kind": "LocalArgument",
    "name": "roomId"
  }
],
v1 = [
  {
    "alias": null,
    "args": [
      {
        "kind": "Variable",
        "name": "roomId",
        "variableName": "roomId"
      }
    ],
    "concreteType": null,
    "kind": "LinkedField",
    "name": "moderationEvents",
    "plural": false,
    "selections": [
      {
        "alias": null,
        "args": null,
        "kind": "ScalarField",
        "name": "__typename",
        "storageKey": null
      }
    ],
    "storageKey": null
  }
];
return {
  "fragment": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Fragment",
    "metadata": null,
    "name": "ModerationEventsSubscription",
    "selections": (v1/*:: as any*/),
    "type": "Subscription",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Operation",
    "name": "ModerationEventsSubscription",
    "selections": (v1/*:: as any*/)
  },
  "params": {
    "cacheID": "fca17a8ec9391ad221f1bac9b783e270",
    "id": null,
    "metadata": {},
    "name": "ModerationEventsSubscription",
    "operationKind": "subscription",
    "text": "subscription ModerationEventsSubscription(\n  $roomId: ID!\n) {\n  moderationEvents(roomId: $roomId) {\n    __typename\n  }\n}\n"
  }
};
})();

node.hash = "7dc3dcffdb0bfc072a405130f8799427";

export default node;
