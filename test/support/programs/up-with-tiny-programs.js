import { fileURLToPath } from 'node:url';

// What `npm start` runs, with tiny programs in place of worker and api.
const built = (path) => import(new URL(`../../../dist/${path}`, import.meta.url).href);
const { up } = await built('apps/ops/up.js');
const { loadConfig, untilToldToStop } = await built('libs/platform/index.js');

const module = fileURLToPath(new URL('tiny.js', import.meta.url));
try {
  await up({
    config: loadConfig(),
    say: (line) => process.stdout.write(`${line}\n`),
    toldToStop: untilToldToStop(),
    programs: [
      { name: 'worker', module, readsKeys: false },
      { name: 'api', module, readsKeys: true },
    ],
  });
} catch (error) {
  process.stderr.write(`${error.name}: ${error.message}\n`);
  process.exitCode = 1;
}
