export type { ExitCode, Terminal } from './command';
export { main } from './main';
export { processTerminal } from './terminal';
