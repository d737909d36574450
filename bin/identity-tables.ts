#!/usr/bin/env node
import { main, processTerminal } from '../lib/cli';

void main(process.argv.slice(2), processTerminal()).then((code) => {
  process.exitCode = code;
});
