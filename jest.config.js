// CDK's built-in validation costs each test file one to two seconds; test/validation.test.ts turns it on for itself.
process.env.CDK_VALIDATION ??= 'false';

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  // ts first: else the compiled lib/*.js of an earlier build would be tested.
  moduleFileExtensions: ['ts', 'js', 'json', 'node'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' }, sourceMaps: 'inline' },
    ],
  },
  snapshotFormat: { escapeString: false, printBasicPrototype: false },
  // On two cores Jest would take one worker, and the end-to-end tests mostly wait.
  maxWorkers: 2,
  // A machine that does other work at the same time must not make a test fail.
  testTimeout: 60_000,
  coverageProvider: 'v8',
  collectCoverageFrom: ['lib/**/*.ts', '!**/*.d.ts'],
};
