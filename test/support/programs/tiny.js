import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

// Stands in for the api and the worker where only start and stop are looked at. Uses what they use.
const platform = await import(new URL('../../../dist/libs/platform/index.js', import.meta.url).href);

const name = process.env.KEY_FILE ? 'reads-keys' : 'no-keys';
const home = process.env.DATA_DIR;
const told = platform.untilToldToStop();
writeFileSync(join(home, `${name}.pid`), String(process.pid));
appendFileSync(join(home, 'order'), `start ${name}\n`);
const watch = setInterval(() => {
  if (!existsSync(join(home, `${name}.die`))) return;
  process.stderr.write('This program was asked to die.\n');
  process.exit(7);
}, 50);
platform.tellReady();
await told;
appendFileSync(join(home, 'order'), `stop ${name}\n`);
clearInterval(watch);
