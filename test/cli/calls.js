// Plays a server: makes the calls of a JSON file, [[operation, input], ...], and goes on when one is refused. It knows no endpoint
// but that of its environment. After the last call it ends, stays or fails: node calls.js <file> [stay | fail].
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
const { readFileSync } = require('node:fs');
const sdk = require('@aws-sdk/client-dynamodb');

async function run([file, end]) {
  for (const [operation, input, region] of JSON.parse(readFileSync(file, 'utf8'))) {
    const client = new sdk.DynamoDBClient({ ...(region && { region }), maxAttempts: 1 });
    await client.send(new sdk[`${operation}Command`](input)).catch(() => undefined);
    client.destroy();
  }
  if (end === 'stay') {
    setInterval(() => undefined, 1_000);
  }
  process.exitCode = end === 'fail' ? 7 : 0;
}

void run(process.argv.slice(2));
