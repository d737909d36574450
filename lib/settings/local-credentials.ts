import type { SettingRow } from './setting-row';
import { SettingPlace } from './setting-value';

/** The AWS SDKs sign every call, so a local endpoint needs credentials too. It takes any. */
export const LOCAL_CREDENTIALS: readonly SettingRow[] = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'].map((name) => ({
  name,
  place: SettingPlace.ENVIRONMENT,
  source: 'https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html',
  rule: ({ options }) =>
    options.localEndpoint === undefined
      ? undefined
      : { value: 'local', why: 'the AWS SDK wants credentials; a local endpoint takes any' },
}));
