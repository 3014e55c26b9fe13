/**
 * @generated SignedSource<<059434582b471d3bbce15e2a8e3890b9>>
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
    "concreteType": "Message",
    "kind": "LinkedField",
    "name": "onSendMessage",
    "plural": false,
    "selections": [
      {
        "alias": null,
        "args": null,
        "kind": "ScalarField",
        "name": "id",
        "storageKey": null
      },
      {
        "alias": null,
        "args": null,
        "kind": "ScalarField",
        "name": "roomId",
        "storageKey": null
      },
      {
        "alias": null,
        "args": null,
        "kind": "ScalarField",
        "name": "content",
        "storageKey": null
      },
      {
        "alias": null,
        "args": null,
        "kind": "ScalarField",
        "name": "seq",
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
    "name": "OnSendMessageSubscription",
    "selections": (v1/*:: as any*/),
    "type": "Subscription",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Operation",
    "name": "OnSendMessageSubscription",
    "selections": (v1/*:: as any*/)
  },
  "params": {
    "cacheID": "6225de8121f652acc41f9c6331aef312",
    "id": null,
    "metadata": {},
    "name": "OnSendMessageSubscription",
    "operationKind": "subscription",
    "text": "subscription OnSendMessageSubscription(\n  $roomId: ID!\n) {\n  onSendMessage(roomId: $roomId) {\n    id\n    roomId\n    content\n    seq\n  }\n}\n"
  }
};
})();

node.hash = "c717e0de7a9fdec5a0a39dfa3f6dd1e2";

export default node;
