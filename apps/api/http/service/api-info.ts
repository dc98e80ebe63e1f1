/** What the API says of itself; version and status stand in the OpenAPI document too. */
export const apiInfo = {
  apiName: 'relocation-coordination',
  apiVersion: '1.0.0',
  apiReleased: '2026-03-01',
  apiDocumentation: '/docs',
  apiStatus: 'beta',
};
