import type { CapturedTable } from './captured-table';

/** DynamoDB refuses to write an item whose index key is longer than this, so a whole document must not be one. */
const LONGEST_KEY = '2,048 bytes';
const DOCUMENT = /json|document|xml/i;

/** A remark for each index whose key seems to hold a whole document. */
export function documentIndexes({ baseName, schema }: CapturedTable): string[] {
  return schema.globalIndexes.flatMap(({ indexName, partitionKeys }) =>
    partitionKeys
      .filter(({ name }) => DOCUMENT.test(name))
      .map(
        ({ name }) =>
          `index ${indexName} of ${baseName} has the key ${name}: if that holds a document, items with more than ${LONGEST_KEY} in it are refused`,
      ),
  );
}
