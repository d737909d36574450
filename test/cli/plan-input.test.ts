import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { runCommand, type Ran } from './support';
import { globalTable, writeAssembly } from './verify-assembly';

const EU = 'eu-central-1';
const US = 'us-east-1';

let directory: string;
let from: string;
let to: string;

beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'plan-input-'));
  from = app('old', [EU, US]);
  to = app('new', [EU]);
});
afterEach(() => fs.rmSync(directory, { recursive: true, force: true }));

const inDirectory = (name: string): string => path.join(directory, name);

function app(name: string, regions: readonly string[]): string {
  writeAssembly(inDirectory(name), [{ name: 'Identity', region: EU, tables: { Users: globalTable('users', regions) } }]);
  return inDirectory(name);
}

const LOSS = ['--accept-data-loss', 'users@us-east-1'];

function plan(output: string, ...args: string[]): Promise<Ran> {
  return runCommand(['plan', '--output', inDirectory(output), '--from', from, '--app', to, ...args]);
}

describe('--output', () => {
  test.each(['new', 'new/plan', 'new/a/b', 'new/..plan', 'old', 'old/plan', 'link', 'link/plan'])(
    'fails in an assembly, and writes nothing: %s',
    async (output) => {
      fs.symlinkSync(to, inDirectory('link'));
      const before = [fs.readdirSync(from), fs.readdirSync(to)];
      const { code, err } = await plan(output, ...LOSS, '--force');
      expect({ code, isSaid: err.includes('which every step copies') }).toEqual({ code: 2, isSaid: true });
      expect(err).toContain('[IDT1308]');
      expect([fs.readdirSync(from), fs.readdirSync(to)]).toEqual(before);
    },
  );

  test('fails where a step of the plan that it would replace is what it plans from', async () => {
    expect(await plan('plan', ...LOSS)).toMatchObject({ code: 0 });
    const [number] = fs.readdirSync(inDirectory('plan')).filter((name) => /^\d+$/.test(name));
    const step = inDirectory(`plan/${number}`);
    const before = fs.readdirSync(step);
    const { code, err } = await runCommand(['plan', '--output', inDirectory('plan'), '--from', step, '--app', to, '--force']);
    expect({ code, isSaid: err.includes('which a new plan may replace') }).toEqual({ code: 2, isSaid: true });
    expect(fs.readdirSync(step)).toEqual(before);
  });

  test.each(['file', 'file/plan'])('fails where it is a file or below one, which stays: %s', async (output) => {
    fs.writeFileSync(inDirectory('file'), 'of somebody');
    const { code, err } = await plan(output, ...LOSS, '--force');
    const what = `[IDT1308] the directory '${inDirectory(output)}' cannot be made: '${inDirectory('file')}' is a file\n`;
    expect({ code, isSaid: err.startsWith(what) }).toEqual({ code: 2, isSaid: true });
    expect(fs.readFileSync(inDirectory('file'), 'utf8')).toBe('of somebody');
  });

  test.each(['new-plan', '..plan'])('is taken beside an assembly: %s', async (output) => {
    expect(await plan(output, ...LOSS)).toMatchObject({ code: 0, err: '' });
  });
});

describe('--region', () => {
  test.each([
    ['us-east-1', "option '--region' names a region in which 'APP' has nothing", "'eu-central-1'"],
    ['eu-central-1,us-east-1', "option '--region' is not a region", 'the code of one region, such as eu-central-1'],
    ['Frankfurt', "option '--region' is not a region", 'the code of one region, such as eu-central-1'],
  ])('fails where no stack stands, since it limits nothing: %s', async (region, what, allowed) => {
    const { code, out } = await plan('plan', '--region', region, '--json');
    const [problem, ...others] = (JSON.parse(out) as { problems: object[] }).problems;
    expect({ code, others }).toEqual({ code: 2, others: [] });
    expect(problem).toMatchObject({ code: 'IDT0703', what: what.replace('APP', to), given: `'${region}'`, allowed });
  });

  test('is taken where a stack stands', async () => {
    expect(await plan('plan', '--region', EU, ...LOSS)).toMatchObject({ code: 0, err: '' });
  });
});

describe('--from', () => {
  const problemsOf = async (...args: string[]): Promise<object[]> => {
    const { code, out } = await plan('plan', '--json', ...args);
    expect(code).toBe(2);
    return (JSON.parse(out) as { problems: object[] }).problems;
  };

  test('is named by the problem of its assembly, and not --app', async () => {
    const nowhere = inDirectory('nowhere');
    expect(await problemsOf('--from', nowhere)).toEqual([
      {
        code: 'IDT0704',
        what: `--from ${nowhere}: this is not a complete cloud assembly`,
        given: `no file ${path.join(nowhere, 'manifest.json')}`,
        allowed: 'the output directory of cdk synth, such as cdk.out, or one of the assembly-<stage> directories in it',
        fix: 'run cdk synth, and pass its output directory as --from',
      },
    ]);
    writeAssembly(from, [
      { name: 'A', region: EU, tables: { Users: globalTable('users', [EU]) } },
      { name: 'B', region: EU, tables: { Users: globalTable('users', [EU]) } },
    ]);
    expect(await problemsOf()).toMatchObject([
      {
        code: 'IDT0707',
        what: `--from ${from}: table 'users' in ${EU} is in the cloud assembly twice`,
        fix: 'pass the assembly of one stage, such as --from cdk.out/assembly-Prod',
      },
    ]);
  });

  test('is named where neither assembly has a table', async () => {
    [from, to].forEach((directory) => writeAssembly(directory, [{ name: 'Identity', region: EU, tables: {} }]));
    expect(await problemsOf()).toMatchObject([{ code: 'IDT0705', given: `no table in '${to}', and none in '${from}'` }]);
  });

  test('is not named by a problem of the target', async () => {
    expect(await problemsOf('--app', inDirectory('nowhere'))).toMatchObject([
      { what: 'this is not a complete cloud assembly', fix: 'run cdk synth, and pass its output directory as --app' },
    ]);
  });
});
