// Plays an Express application with dynamodb-store: a session from its first request to its last. Ends with 1 when a step fails.
process.env.AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE = '1';
const assert = require('node:assert');
const { promisify } = require('node:util');
const DynamoDBStore = require('dynamodb-store');

async function run() {
  const dynamoConfig = { endpoint: process.env.AWS_ENDPOINT_URL_DYNAMODB, region: process.env.AWS_REGION, maxRetries: 0 };
  const store = await new Promise((resolve, reject) => {
    const made = new DynamoDBStore({ dynamoConfig, touchInterval: 0 }, (error) => (error ? reject(error) : resolve(made)));
  });
  const [set, get, touch, destroy] = ['set', 'get', 'touch', 'destroy'].map((name) => promisify(store[name].bind(store)));
  const session = { cookie: { maxAge: 60_000 }, user: 'u-1' };
  await set('s-1', session);
  assert.equal((await get('s-1')).user, 'u-1');
  await touch('s-1', session);
  await destroy('s-1');
  assert.equal(await get('s-1'), null);
}

run().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
