/**
 * What a node asks of the table, and all that it may. A transaction is permitted by its parts; there is no scan, and the table is
 * made by its stack, so a node neither makes nor describes it.
 */
export const TABLE_ACTIONS = [
  "dynamodb:GetItem",
  "dynamodb:BatchGetItem",
  "dynamodb:Query",
  "dynamodb:PutItem",
  "dynamodb:UpdateItem",
  "dynamodb:DeleteItem",
  "dynamodb:ConditionCheckItem",
] as const;

/** Every way to rows. What makes, describes and restores tables is not among them, or nobody could deploy any more. */
export const ROW_ACTIONS = [
  ...TABLE_ACTIONS,
  "dynamodb:BatchWriteItem",
  "dynamodb:Scan",
  "dynamodb:PartiQLSelect",
  "dynamodb:PartiQLInsert",
  "dynamodb:PartiQLUpdate",
  "dynamodb:PartiQLDelete",
] as const;
