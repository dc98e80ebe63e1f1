import { findRunningDatabase, loadConfig, startEmbeddedDatabase, type Config } from '#platform';
import { remark } from './verb.js';

/**
 * Gives a tool the database that the configuration means: the server of DATABASE_URL, the embedded one of a running
 * `npm start`, or else the embedded one started for the time of the work.
 */
export const withDatabase = async <Result>(
  work: (databaseUrl: string, config: Config) => Promise<Result>,
  config: Config = loadConfig(),
): Promise<Result> => {
  if (config.databaseUrl !== undefined) return work(config.databaseUrl, config);
  const running = await findRunningDatabase(config.dataDir);
  if (running) return work(running.url, config);
  const started = await startEmbeddedDatabase({
    home: config.dataDir,
    port: config.databasePort,
    say: remark,
  });
  try {
    return await work(started.url, config);
  } finally {
    await started.stop();
  }
};
