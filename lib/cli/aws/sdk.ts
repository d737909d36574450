import { fail } from '../../errors';

export type DynamoSdk = typeof import('@aws-sdk/client-dynamodb');

const PACKAGE = '@aws-sdk/client-dynamodb';

/**
 * Loads the AWS SDK, which the library itself does without.
 * @throws IdentityTablesError when it is not installed
 */
export async function loadDynamoSdk(
  load: () => Promise<DynamoSdk> = () => import('@aws-sdk/client-dynamodb'),
): Promise<DynamoSdk> {
  // The SDK warns on Node 20 that later versions of it will not run there; that is of no use to who runs this command.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  try {
    return await load();
  } catch (error) {
    const { code } = error as { readonly code?: string };
    if (code !== 'MODULE_NOT_FOUND' && code !== 'ERR_MODULE_NOT_FOUND') {
      throw error;
    }
    return fail('IDT0709', { what: `the package ${PACKAGE} is not installed`, allowed: `${PACKAGE} 3 beside this package` });
  }
}
