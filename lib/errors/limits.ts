/**
 * Limits of DynamoDB that this library checks because neither CDK nor a local engine does.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
 */
export const LIMITS = {
  /** Characters of a table or index name, prefix included. */
  nameMinLength: 3,
  nameMaxLength: 255,
  /** Characters of an attribute name that is part of a key or a projection. */
  attributeNameMaxLength: 255,
  globalIndexes: 20,
  localIndexes: 5,
  /** Non-key attributes projected into all INCLUDE indexes of one table together. */
  projectedAttributes: 100,
  /** Attributes in the partition key or in the sort key of a global secondary index. */
  indexKeyAttributes: 4,
  /** Days of a point-in-time recovery period. */
  recoveryPeriodInDays: 35,
} as const;

/** Characters that a table or index name may have. */
export const NAME_CHARACTERS = /^[A-Za-z0-9_.-]*$/;
