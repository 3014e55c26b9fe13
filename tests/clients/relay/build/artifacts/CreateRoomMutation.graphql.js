/**
 * @generated SignedSource<<14849501dbb0a05bc8e488df502f629c>>
 * @lightSyntaxTransform
 */

/* eslint-disable */

'use strict';

var node = (function(){
var v0 = [
  {
    "defaultValue": null,
    "kind": "LocalArgument",
    "name": "name"
  }
],
v1 = [
  {
    "alias": null,
    "args": [
      {
        "fields": [
          {
            "kind": "Variable",
            "name": "name",
            "variableName": "name"
          }
        ],
        "kind": "ObjectValue",
        "name": "input"
      }
    ],
    "concreteType": "Room",
    "kind": "LinkedField",
    "name": "createRoom",
    "plural": false,
    "selections": [
      {
        "alias": null,
        "args": null,
        "kind": "ScalarField",
        "name": "id",
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
    "name": "CreateRoomMutation",
    "selections": (v1/*:: as any*/),
    "type": "Mutation",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Operation",
    "name": "CreateRoomMutation",
    "selections": (v1/*:: as any*/)
  },
  "params": {
    "cacheID": "9fcbdf35c7f5adfe9cc6a5b759a484a0",
    "id": null,
    "metadata": {},
    "name": "CreateRoomMutation",
    "operationKind": "mutation",
    "text": "mutation CreateRoomMutation(\n  $name: String!\n) {\n  createRoom(input: {name: $name}) {\n    id\n  }\n}\n"
  }
};
})();

node.hash = "3c1f1be6f8abd0258271f1c1ef81d450";

export default node;
