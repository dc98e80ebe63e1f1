import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { apiInfo } from './http/service/api-info.js';

/**
 * Closed lists in alphabetical order. The compiler's plugin reads some of them off a union, whose order depends on what
 * was compiled before: the same sources must give the same document.
 */
const sortEnums = (node: unknown): void => {
  if (typeof node !== 'object' || node === null) return;
  for (const [name, value] of Object.entries(node)) {
    // A copy: the list may be the very constant that the domain compares by its order.
    if (name === 'enum' && Array.isArray(value))
      Object.assign(node, { enum: [...value].sort((a, b) => (String(a) < String(b) ? -1 : 1)) });
    else sortEnums(value);
  }
};

/** The OpenAPI 3.1 document. Complete only in the compiled build: its schemas come from the compiler's plugin. */
export const openApiDocument = (app: NestFastifyApplication): OpenAPIObject => {
  const document = SwaggerModule.createDocument(
    app,
    new DocumentBuilder()
      .setOpenAPIVersion('3.1.0')
      .setTitle('Relocation coordination')
      .setDescription(
        'Coordinates the protected relocation of people who leave organised crime. ' +
          'Each agency sees its own part. Errors are problem documents (RFC 9457).',
      )
      .setVersion(apiInfo.apiVersion)
      .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }, 'official')
      .build(),
    { operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}` },
  );
  // The compiler's plugin takes every POST for one that creates something: it cannot see our own decorator.
  for (const path of Object.values(document.paths))
    if (path.post?.responses['200']) delete path.post.responses['201'];
  sortEnums(document);
  return document;
};

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Relocation coordination: API</title>
    <link rel="stylesheet" href="/docs/swagger-ui.css">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

const start = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#swagger-ui', deepLinking: true });\n`;

/** Beside them stands no policy: open to everyone. */
export const pagesOfTheDescription = [
  '/openapi.json',
  '/docs',
  '/docs/start.js',
  '/docs/swagger-ui.css',
  '/docs/swagger-ui-bundle.js',
] as const;

/**
 * Serves the document at /openapi.json and a page to browse it at /docs. The files come with swagger-ui-dist; Nest's
 * own way to serve them wants a whole static file server for two files.
 */
export const serveOpenApi = (app: NestFastifyApplication): void => {
  const files = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  const fastify = app.getHttpAdapter().getInstance();
  let document: string | undefined;
  fastify.get('/openapi.json', (_request, reply) => {
    document ??= JSON.stringify(openApiDocument(app));
    return reply.type('application/json; charset=utf-8').send(document);
  });
  fastify.get('/docs', (_request, reply) => reply.type('text/html; charset=utf-8').send(page));
  fastify.get('/docs/start.js', (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').send(start),
  );
  fastify.get('/docs/swagger-ui.css', (_request, reply) =>
    reply.type('text/css; charset=utf-8').send(createReadStream(join(files, 'swagger-ui.css'))),
  );
  fastify.get('/docs/swagger-ui-bundle.js', (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').send(createReadStream(join(files, 'swagger-ui-bundle.js'))),
  );
};
