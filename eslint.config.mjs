import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

// The rooms of lib/ and what each may import. A room imports another one through its index only.
const ROOMS = {
  errors: [],
  schema: ['errors'],
  servers: ['errors', 'schema'],
  access: ['errors', 'schema', 'servers'],
  settings: ['errors', 'schema', 'servers'],
  tables: ['errors', 'schema', 'servers', 'access', 'settings'],
  monitoring: ['errors', 'schema', 'servers', 'access', 'settings', 'tables'],
  checks: ['errors'],
  state: ['errors', 'schema'],
  cli: ['errors', 'schema', 'servers', 'access', 'settings', 'tables', 'monitoring', 'checks', 'state'],
};

const barrel = { name: 'aws-cdk-lib', message: 'import aws-cdk-lib/core or a submodule: it loads and compiles faster' };
const sdk = { group: ['@aws-sdk/*'], message: 'only lib/cli and lib/state/live* may load the AWS SDK', allowTypeImports: false };

const rooms = Object.entries(ROOMS).map(([room, allowed]) => {
  const forbidden = Object.keys(ROOMS).filter((other) => other !== room && !allowed.includes(other));
  const patterns = [
    { regex: `^(\\.\\./)+(index)?$`, message: 'lib/index.ts is for users of the library only' },
    { regex: `^(\\.\\./)+(${Object.keys(ROOMS).join('|')})/(?!index$)`, message: 'import another room through its index' },
  ];
  if (forbidden.length > 0) {
    patterns.push({
      regex: `^(\\.\\./)+(${forbidden.join('|')})(/|$)`,
      message: `lib/${room} must not import this room (design: rooms)`,
    });
  }
  if (room !== 'cli') patterns.push(sdk);
  return {
    files: [`lib/${room}/**/*.ts`],
    ignores: room === 'state' ? ['lib/state/live*.ts'] : [],
    rules: { 'no-restricted-imports': ['error', { paths: [barrel], patterns }] },
  };
});

export default [
  { ignores: ['**/*.js', '**/*.d.ts', '**/*.mjs', '!eslint.config.mjs', 'dist/', 'cdk.out/', 'coverage/', 'test/e2e/.venv/'] },
  eslint.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked.map((config) => ({ ...config, files: ['**/*.ts'] })),
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { project: './tsconfig.dev.json', tsconfigRootDir: import.meta.dirname } },
    rules: { 'no-restricted-imports': ['error', { paths: [barrel] }], eqeqeq: 'error', 'no-console': 'off' },
  },
  ...rooms,
];
