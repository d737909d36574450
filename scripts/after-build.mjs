// Finishes what jsii compiled in place. It removes the output of deleted sources, which would be packed, and lets a file load another
// room when something of it is first used: an app that only makes tables need not load monitoring, checks or settings.
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
  const lazy = code.replace(/^(const|var) (\w+) = (require\("\.\.?\/[a-z]+"\));$/gm, (statement, keyword, variable, room) => {
    const isRoom = room.includes('"../') || path === 'lib/index.js';
    const names = new Set([...code.matchAll(new RegExp(`\\b${variable}\\.(\\w+)`, 'g'))].map((match) => match[1]));
    const getters = [...names].map((name) => `get ${name}() { return (this.room ??= ${room}).${name}; }`);
    return isRoom ? `${keyword} ${variable} = { ${getters.join(', ')} };` : statement;
  });
  if (lazy !== code) {
    fs.writeFileSync(path, lazy);
  }
}
