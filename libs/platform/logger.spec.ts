import { describe, expect, it } from '@jest/globals';
import { createLogger, nestLogger, type LogFields } from './logger.js';

const lines = (use: (logger: ReturnType<typeof createLogger>) => void): Record<string, unknown>[] => {
  const written: string[] = [];
  use(
    createLogger({
      level: 'debug',
      component: 'test',
      destination: { write: (line: string) => void written.push(line) },
    }),
  );
  return written.map((line) => JSON.parse(line) as Record<string, unknown>);
};

describe('the log', () => {
  it('is one object per line, with the time in UTC', () => {
    const [line] = lines((logger) =>
      logger.with({ subscription: 'grants' }).info('a batch was applied', { count: 3 }),
    );
    expect(line).toMatchObject({
      level: 'info',
      component: 'test',
      what: 'a batch was applied',
      subscription: 'grants',
      count: 3,
    });
    expect(line?.['time']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('drops a field that it does not know, and says which', () => {
    const smuggled = {
      status: 200,
      body: 'Astrid Påhittad',
      name: 'Astrid Påhittad',
      route: { toString: () => 'x' },
    };
    const [line] = lines((logger) => logger.info('answered', smuggled as unknown as LogFields));
    expect(line).toMatchObject({ status: 200, dropped: ['body', 'name', 'route'] });
    expect(JSON.stringify(line)).not.toContain('Astrid');
  });

  it('tells class, code and place of an error, but not its text', () => {
    const cause = Object.assign(new Error('value "Astrid Påhittad"\n    at home of Astrid'), {
      code: '22P02',
    });
    const [line] = lines((logger) =>
      logger.error('it failed', {}, new TypeError('bad Astrid Påhittad', { cause })),
    );
    expect(line?.['error']).toMatchObject({ name: 'TypeError', cause: { name: 'Error', code: '22P02' } });
    expect(JSON.stringify(line)).toContain('logger.spec');
    expect(JSON.stringify(line)).not.toContain('Astrid');
  });

  it('keeps the texts of the framework out', () => {
    const written = lines((logger) => {
      const framework = nestLogger(logger);
      framework.log('Mapped {/cases/astrid, GET} route', 'RouterExplorer');
      framework.error(new Error('cannot read Astrid'), 'ExceptionsHandler');
      framework.warn('Astrid', 'Astrid is here, and so is her address: Storgatan 1');
    });
    expect(written).toHaveLength(2);
    expect(written[0]).toMatchObject({ level: 'error', role: 'ExceptionsHandler' });
    expect(JSON.stringify(written)).not.toContain('Astrid');
  });
});
