import type { OpenAPIObject } from '@nestjs/swagger';
import { createApi } from './create-api.js';
import { openApiDocument } from './openapi.js';

const nobodyAsks = (): never => {
  throw new Error('an api that is only being described was asked to work');
};

/** The OpenAPI document of this build, without a database, keys or an issuer: nothing behind the routes is called. */
export const describeApi = async (): Promise<OpenAPIObject> => {
  const app = await createApi({
    clock: { now: nobodyAsks },
    log: { info: nobodyAsks, warn: nobodyAsks, error: nobodyAsks },
    tokens: { verify: nobodyAsks, verifyLate: nobodyAsks, reachable: nobodyAsks },
    tokeniser: {
      person: nobodyAsks,
      machine: nobodyAsks,
      sealPosition: nobodyAsks,
      openPosition: nobodyAsks,
      fingerprints: nobodyAsks,
    },
    officials: { of: nobodyAsks, idOf: nobodyAsks, authority: nobodyAsks },
    parts: { of: nobodyAsks },
    refusals: { recordRefusal: nobodyAsks },
    views: { fileOf: nobodyAsks, recordView: nobodyAsks, recordList: nobodyAsks },
    intents: { execute: nobodyAsks },
    positions: { of: nobodyAsks, given: nobodyAsks },
    healthChecks: [],
  });
  try {
    return openApiDocument(app);
  } finally {
    await app.close();
  }
};
