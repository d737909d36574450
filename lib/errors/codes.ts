/** One row of the error table: what the code means and the general fix. */
export interface CodeRow {
  readonly meaning: string;
  readonly fix: string;
}

/**
 * The one table of errors. docs/errors.md is generated from it. A code is a contract: it is never reused and never changes
 * its meaning. Adding an error means adding a row.
 *
 * 01 names, 02 servers and their options, 03 regions and replication, 04 schema files, 05 settings of tables,
 * 06 the app of cdk.json, 07 the command, 08 access, 09 keys, 10 settings of servers, 11 monitoring, 12 live tables,
 * 13 plans.
 */
export const CODES = {
  IDT0101: {
    meaning: 'the table prefix has characters that no table name may have',
    fix: 'use only A-Z a-z 0-9 _ . - in the prefix',
  },
  IDT0102: {
    meaning: 'a table name is longer than DynamoDB allows, prefix included',
    fix: 'shorten the prefix, so that every table name has at most 255 characters',
  },
  IDT0103: {
    meaning: 'two tables of one app have the same name in the same account and region',
    fix: 'give one of the sets a tablePrefix of its own',
  },
  IDT0104: {
    meaning: 'two tables of one server would get the same construct id',
    fix: 'rename one of the tables in the schema directory',
  },
  IDT0201: {
    meaning: 'the server version is not a version, or is older than the oldest one that is bundled',
    fix: 'use a bundled version, or a schemaDirectory of that server',
  },
  IDT0202: {
    meaning: 'a mode, edition or other choice of a server is unknown',
    fix: 'use one of the allowed values',
  },
  IDT0203: {
    meaning: 'connect2id() was called without a source of the undocumented key and index names',
    fix: 'pass schemaDirectory, statedTables or acceptAssumedSchema',
  },
  IDT0204: {
    meaning: 'two options of the server exclude each other',
    fix: 'drop one of the two',
  },
  IDT0205: {
    meaning: 'a table name in the options of the server is unknown',
    fix: 'use a table of this server and version',
  },
  IDT0206: {
    meaning: 'a captured schema directory was recorded with other options than the ones given',
    fix: 'use the options of the capture, or capture again',
  },
  IDT0207: {
    meaning: 'an indexed attribute of long_lived_authorizations is unknown',
    fix: "use a subset of 'sub', 'act', 'cid'",
  },
  IDT0208: {
    meaning: 'a stated or given name of a key, index or table cannot be used',
    fix: 'use the exact name that the server uses',
  },
  IDT0209: {
    meaning: 'the options leave no table',
    fix: 'choose at least one table',
  },
  IDT0301: {
    meaning: 'a region is misspelt or not a region',
    fix: 'use the code of an AWS region, such as eu-central-1',
  },
  IDT0302: {
    meaning: 'the server cannot select a region',
    fix: 'use a region that the server can be configured for',
  },
  IDT0303: {
    meaning: 'the primary region is given as a replica region',
    fix: 'list only the further regions in replicaRegions',
  },
  IDT0304: {
    meaning: 'a region is listed twice',
    fix: 'list each region once',
  },
  IDT0305: {
    meaning: 'the server runs in one region only',
    fix: 'remove replicaRegions, or use another mode of the server',
  },
  IDT0306: {
    meaning: 'the stack has no concrete region, but regions must be told apart',
    fix: "give the stack an env with a region, such as { region: 'eu-central-1' }",
  },
  IDT0307: {
    meaning: 'regions of different AWS partitions cannot share tables',
    fix: 'use regions of one partition',
  },
  IDT0308: {
    meaning: 'a regional construct stands in a region that is not its own to serve',
    fix: 'put one RegionalIdentityTables into a stack of each region of replicaRegions',
  },
  IDT0309: {
    meaning: 'a table in a replication preset, list or exclusion is unknown or not part of the preset',
    fix: 'use tables of this server',
  },
  IDT0310: {
    meaning: 'the vendor does not allow a table to be excluded from replication',
    fix: 'use Replication.ofTables to choose the tables yourself',
  },
  IDT0401: {
    meaning: 'a schema directory or file is missing or cannot be read',
    fix: 'pass a directory that holds create-table-*.json files',
  },
  IDT0402: {
    meaning: 'a schema directory has no create-table file',
    fix: 'pass a directory that holds create-table-*.json files',
  },
  IDT0403: {
    meaning: 'a file is not valid JSON',
    fix: 'mend the file at the position that is told',
  },
  IDT0404: {
    meaning: 'a field of a create-table file is missing or of the wrong type',
    fix: 'mend the field',
  },
  IDT0405: {
    meaning: 'two files of a schema directory describe one table',
    fix: 'remove one of the files',
  },
  IDT0406: {
    meaning: 'a table or index goes over a limit of DynamoDB',
    fix: 'stay within the limit',
  },
  IDT0407: {
    meaning: 'attribute definitions and keys do not match',
    fix: 'define exactly the attributes that are part of a key of the table or of an index',
  },
  IDT0408: {
    meaning: 'a server.json file does not have the right form',
    fix: 'mend the field, see schemas/server.schema.json',
  },
  IDT0409: {
    meaning: 'the key of a table or index does not have a form that DynamoDB allows',
    fix: 'use the attributes that are allowed',
  },
  IDT0410: {
    meaning: 'two indexes of a table have the same name',
    fix: 'give each index a name of its own',
  },
  IDT0411: {
    meaning: 'the projection of an index does not go with its list of attributes',
    fix: 'list non-key attributes with INCLUDE and only with it',
  },
  IDT0412: {
    meaning: 'the name of a table, index or attribute has a length or characters that DynamoDB does not allow',
    fix: 'use the name that the server uses',
  },
  IDT0501: {
    meaning: 'an override names a table that the server does not have',
    fix: 'use a table of this server and version',
  },
  IDT0502: {
    meaning: 'an override cannot be applied to its table',
    fix: 'use a value that the table allows',
  },
  IDT0503: {
    meaning: 'a table is asked for that the set does not have',
    fix: 'use a base name of tableNames',
  },
  IDT0601: {
    meaning: 'a context key of the app is unknown',
    fix: 'use one of the keys of the README',
  },
  IDT0602: {
    meaning: 'the value of a context key is not allowed',
    fix: 'use one of the allowed values',
  },
  IDT0603: {
    meaning: 'a context key belongs to another server',
    fix: 'remove the key, or choose its server',
  },
  IDT0701: {
    meaning: 'the command is unknown',
    fix: 'use a command of identity-tables --help',
  },
  IDT0702: {
    meaning: 'an option of the command is unknown',
    fix: 'use an option of identity-tables <command> --help',
  },
  IDT0703: {
    meaning: 'the value of an option is missing or not allowed',
    fix: 'use an allowed value, see identity-tables <command> --help',
  },
  IDT0704: {
    meaning: 'the directory is not a complete cloud assembly',
    fix: 'run cdk synth, and pass its output directory as --app',
  },
  IDT0705: {
    meaning: 'the cloud assembly holds no DynamoDB table',
    fix: 'pass the assembly of an app with TableV2, CfnGlobalTable or IdentityTables',
  },
  IDT0706: {
    meaning: 'a stack with tables names no region, and none is given',
    fix: 'pass --region, set AWS_REGION, or give the stack an env with a region',
  },
  IDT0707: {
    meaning: 'two tables of the cloud assembly have the same name in the same region',
    fix: 'pass the assembly of one stage, such as --app cdk.out/assembly-Prod',
  },
  IDT0708: {
    meaning: 'the name or region of a table is known to CloudFormation only',
    fix: 'give the table a tableName and its replicas a region that are known at synthesis',
  },
  IDT0709: {
    meaning: 'the AWS SDK, which the command needs, is not installed',
    fix: 'npm install @aws-sdk/client-dynamodb',
  },
  IDT0710: {
    meaning: 'the embedded engine is not installed',
    fix: 'npm install @dynoxide/linux-x64, put dynoxide on the PATH, or pass --endpoint',
  },
  IDT0711: {
    meaning: 'the embedded engine did not start, or ended by itself',
    fix: 'run the command again; if it fails again, try the engine alone with the arguments that are told',
  },
  IDT0712: {
    meaning: 'the endpoint cannot be reached',
    fix: 'start the server at the endpoint, or leave --endpoint out to use the embedded engine',
  },
  IDT0713: {
    meaning: 'the endpoint does not keep regions apart',
    fix: 'use the embedded engine, or a server with a set of tables for each region',
  },
  IDT0714: {
    meaning: 'a table stands already with another schema or setting; it was left as it is',
    fix: 'remove the table if its items may go, or rename one of the two',
  },
  IDT0715: {
    meaning: 'a table could not be made',
    fix: 'mend the cause and run the command again: tables that stand are kept',
  },
  IDT0716: {
    meaning: 'the endpoint does not accept the credentials',
    fix: 'log in again or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and check the region',
  },
  IDT0717: {
    meaning: 'a table did not become ready in time, or is in a state in which it cannot be used',
    fix: 'wait until the table is ACTIVE and run the command again',
  },
  IDT0718: {
    meaning: 'the command failed in a way that it does not expect',
    fix: 'run it again; if it fails again, report what it says',
  },
  IDT0719: {
    meaning: 'the address or port of the endpoint cannot be listened at',
    fix: 'choose another one with --port or --listen',
  },
  IDT0720: {
    meaning: 'the directory of --data is in use by another run, or cannot be used',
    fix: 'end the other run, or pass another directory',
  },
  IDT0721: {
    meaning: 'the cloud assembly was made by a newer version of the CDK',
    fix: 'update aws-cdk-lib where identity-tables is installed to the version that made the assembly',
  },
  IDT0722: {
    meaning: 'a setting of a table in a template, or whether the table is made at all, cannot be read',
    fix: 'write the value itself, or give a default to the parameters that it depends on',
  },
  IDT0801: {
    meaning: 'a grant is given to a service, an account or another principal that has no policy of its own',
    fix: 'grant to the role that the server runs with',
  },
  IDT0802: {
    meaning: 'the statements of a grant do not fit into the policies of an identity',
    fix: 'attach managed policies, one per region, or give each region a role of its own',
  },
  IDT0803: {
    meaning: 'an option of a grant does not fit the server or another option',
    fix: 'drop the option',
  },
  IDT0804: {
    meaning: 'the runtime profile of a schema directory names an action that no grant of that kind has',
    fix: 'mend runtime in server.json: IAM has no action for transactions, which need the item actions inside them',
  },
  IDT0901: {
    meaning: 'a customer-managed key is asked for, but a region has none',
    fix: 'pass keyArns with a key in every region, or let IdentityTablesStacks make the keys',
  },
  IDT0902: {
    meaning: 'a key is given that nothing uses',
    fix: 'remove the key',
  },
  IDT0903: {
    meaning: 'a key is not the ARN of a KMS key in its region',
    fix: 'pass the ARN of a key of that region',
  },
  IDT1001: {
    meaning: 'settings are asked for in a region that the set does not have',
    fix: 'use a region of the set',
  },
  IDT1002: {
    meaning: 'the tables have the sort key tid by applyRangeKey, and its value is missing',
    fix: 'pass rangeKeyValue, one value for each deployment that shares the tables',
  },
  IDT1003: {
    meaning: 'a value of the sort key tid is given to a server that has no use for it',
    fix: 'drop rangeKeyValue, or use a server with applyRangeKey',
  },
  IDT1004: {
    meaning: 'the settings of the server cannot be written in that form',
    fix: 'use a form of ServerSettings.formats',
  },
  IDT1005: {
    meaning: 'an option of the settings belongs to another server, or to another mode, edition or version of it',
    fix: 'drop the option',
  },
  IDT1006: {
    meaning: 'a secret, or something that CloudFormation replaces by one, is given where its place of keeping is wanted',
    fix: 'keep the value in a secret store, and pass the name or ARN under which it is kept',
  },
  IDT1007: {
    meaning: 'items without HMAC cannot be read by a server with an HMAC key',
    fix: 'drop hmacKeyReference, or begin with empty tables',
  },
  IDT1008: {
    meaning: 'the value of an option of the settings is not allowed',
    fix: 'use an allowed value',
  },
  IDT1101: {
    meaning: 'a monitoring construct stands in another region than its tables',
    fix: 'put one IdentityTablesMonitoring into the stack of each region, with the tables of that region',
  },
  IDT1102: {
    meaning: 'what is to be monitored is not a set of tables of this library',
    fix: 'pass an IdentityTables, a RegionalIdentityTables, or an imported set',
  },
  IDT1103: {
    meaning: 'a threshold of the monitoring is out of range',
    fix: 'use a value of the range, or leave the option out',
  },
  IDT1201: {
    meaning: 'the credentials are missing, have expired or are not valid',
    fix: 'log in again, such as with aws sso login, and check AWS_PROFILE',
  },
  IDT1202: {
    meaning: 'a region does not accept the credentials, though another one does',
    fix: 'enable the region for the account, or take it out of the app; for verify it is enough to name the others with --region',
  },
  IDT1203: {
    meaning: 'the list of the tables of a region does not end',
    fix: 'report it to those who run the endpoint',
  },
  IDT1204: {
    meaning: 'a region does not answer',
    fix: 'check the network and the endpoint, and run the command again: it changes nothing',
  },
  IDT1205: {
    meaning: 'a table, or one of its settings, could not be read',
    fix: 'allow the calls that identity-tables policy verify prints, and run the command again',
  },
  IDT1206: {
    meaning: 'another account answers than the one of the cloud assembly',
    fix: 'use the credentials of that account',
  },
  IDT1207: {
    meaning: 'a file is not the output of aws dynamodb describe-table',
    fix: 'write it with aws dynamodb describe-table --table-name <table> --region <region> --output json',
  },
  IDT1208: {
    meaning: 'the files that verify compares are of other tables than those of the cloud assembly',
    fix: 'name the directory with the tables of this assembly in --against, or their assembly in --app',
  },
  IDT1209: {
    meaning: 'a service throttles the calls of the command for too long',
    fix: 'run the command again later, when less else calls the service in this account and region: it changes nothing',
  },
  IDT1210: {
    meaning: 'a service answers, but with errors of its own (HTTP 5xx), for too long',
    fix: 'run the command again later: it changes nothing; for AWS, https://health.aws.amazon.com tells of outages',
  },
  IDT1301: {
    meaning: 'the target changes what is fixed when a table is made: keys, local indexes, consistency',
    fix: 'keep it, or make a new set of tables under another prefix and move the items',
  },
  IDT1302: {
    meaning: 'the target changes the key or projection of an index that keeps its name',
    fix: 'give the changed index a new name; remove the old one when no server queries it any more',
  },
  IDT1303: {
    meaning: 'the target changes the stream of a table that has replicas',
    fix: 'keep the stream as it is, or remove the replicas first',
  },
  IDT1304: {
    meaning: 'the target has no replica in the region of the stack that owns the table',
    fix: 'keep the region of the stack, or make another region the primary one',
  },
  IDT1305: {
    meaning: 'a plan would lose items that are not given up by name',
    fix: 'accept each loss with --accept-data-loss table@region',
  },
  IDT1306: {
    meaning: 'a table to adopt is a global table of version 2017.11.29',
    fix: 'convert it to version 2019.11.21 first, then plan again',
  },
  IDT1307: {
    meaning: 'no sequence of safe steps leads to a table of the target',
    fix: 'remove the table that stands in its place, in a target of its own, then plan again',
  },
  IDT1308: {
    meaning: 'plan cannot write its steps where it was told to',
    fix: 'name an empty directory, or add --force',
  },
  IDT1309: {
    meaning: 'a step of a plan cannot be found or read',
    fix: 'name the number of a step of plan.json',
  },
  IDT1310: {
    meaning: 'a template of a cloud assembly cannot be changed for a step',
    fix: 'synthesize with the default synthesizer, so that templates are assets',
  },
  IDT1311: {
    meaning: 'a live table is in a state that waiting does not end',
    fix: 'mend the table first, then plan again',
  },
  IDT1312: {
    meaning: 'a live table was changed beside its stack in a way that no deployment sets back',
    fix: 'set it back by hand, as the deployed template has it, then plan again',
  },
  IDT1313: {
    meaning: 'a stack of the target is being deployed, so that its template does not say what stands',
    fix: 'wait until the deployment has ended, then plan again',
  },
  IDT1314: {
    meaning: 'the target lowers warm throughput, which DynamoDB only raises',
    fix: 'keep what is deployed, or leave the property out: the table stays as warm as it is',
  },
  IDT1315: {
    meaning:
      'a step would delete what needs a value, such as a stream, of a table that leaves its template, or has no stream, for some steps',
    fix: 'plan from the live tables, whose streams are known, or take the reference out of the app until the plan is done',
  },
  IDT1316: {
    meaning: 'a table is AWS::DynamoDB::Table in the target and something else where the plan starts',
    fix: 'keep AWS::DynamoDB::GlobalTable, or give the new table another logical id and another name and move the items',
  },
  IDT1317: {
    meaning: 'a key is deleted while a table that needs it is in no template',
    fix: 'give the key the removal policy RETAIN and deploy that first, or keep the key in the app',
  },
  IDT1318: {
    meaning: 'a table moves to another stack with a setting, such as its key, that is a value of the stack that it leaves',
    fix: 'plan from the live tables, where the value is known, or write it out in the older app',
  },
  IDT1401: {
    meaning: 'the directory for the schema files is not empty',
    fix: 'name another directory, or add --force to replace the files of the same names',
  },
  IDT1402: {
    meaning: 'another capture or pull writes into the same directory',
    fix: 'wait until it has ended, or name another directory',
  },
  IDT1403: {
    meaning: 'the directory for the schema files cannot be used',
    fix: 'name a directory that you may write to',
  },
  IDT1404: {
    meaning: 'a capture ended without a table to write',
    fix: 'point the server at the endpoint that is told, and let it make its tables before the capture ends',
  },
  IDT1405: {
    meaning: 'a table cannot be written as a schema file',
    fix: 'make its names and keys those of a table of one deployment, and run the command again',
  },
  IDT1407: {
    meaning: 'the command of a capture did not start, or failed',
    fix: 'run the command alone, with AWS_ENDPOINT_URL_DYNAMODB set to a DynamoDB server of this machine',
  },
  IDT1408: {
    meaning: 'no live table is one of those that pull looks for',
    fix: 'check region and account, and name the tables with --prefix, --tables or --map',
  },
  IDT1409: {
    meaning: 'a table that was named to pull does not stand in the region',
    fix: 'use the name of a table of the region',
  },
  IDT1410: {
    meaning: 'two tables would be written to one schema file',
    fix: 'give each live table a base name of its own with --map',
  },
  IDT1411: {
    meaning: 'a table is not ready, so that what it will be is not known',
    fix: 'wait until the table is ACTIVE, or pass a longer --timeout',
  },
  IDT1412: {
    meaning: 'tables were left out of the schema files',
    fix: 'pass --prefix with the exact prefix of the deployment, or pull these tables by name',
  },
  IDT1413: {
    meaning: 'the address behind a capture is not one that it can record in front of',
    fix: 'pass the address of a server that speaks plain http, such as http://127.0.0.1:8000, or add --sign',
  },
} as const satisfies Record<string, CodeRow>;

/** A code of the error table. */
export type Code = keyof typeof CODES;
