// Finishes what jsii compiled in place. It removes the output of deleted sources, which would be packed, and lets a file load another
// room when something of it is first used: an app that only makes tables need not load monitoring, checks or settings. A command of
// lib/cli loads what is in the directory beside it in the same way, since all commands are loaded to know their options.
import fs from 'node:fs';

for (const directory of ['lib', 'bin']) {
  for (const name of fs.readdirSync(directory, { recursive: true })) {
    const path = `${directory}/${name}`;
    if (!/(\.d\.ts|\.js)$/.test(path)) {
      continue;
    }
    if (!fs.existsSync(path.replace(/(\.d\.ts|\.js)$/, '.ts'))) {
      fs.rmSync(path);
    } else if (path.startsWith('lib/') && path.endsWith('.js')) {
      loadRoomsLazily(path);
    }
  }
}
fs.chmodSync('bin/identity-tables.js', 0o755);

/** `const errors_1 = require("../errors")` becomes an object that has what the file uses of the room, and loads it then. */
function loadRoomsLazily(path) {
  const code = fs.readFileSync(path, 'utf8');
  const isCommand = /^lib\/cli\/[a-z-]+\.js$/.test(path);
  const lazy = code.replace(/^(const|var) (\w+) = (require\("\.\.?\/[a-z/-]+"\));$/gm, (statement, keyword, variable, room) => {
    const isRoom = /"\.\.\/[a-z]+"/.test(room) || path === 'lib/index.js' || (isCommand && /"\.\/[a-z-]+\/[a-z-]+"/.test(room));
    const names = new Set([...code.matchAll(new RegExp(`\\b${variable}\\.(\\w+)`, 'g'))].map((match) => match[1]));
    const getters = [...names].map((name) => `get ${name}() { return (this.room ??= ${room}).${name}; }`);
    return isRoom ? `${keyword} ${variable} = { ${getters.join(', ')} };` : statement;
  });
  if (lazy !== code) {
    fs.writeFileSync(path, lazy);
  }
}
