import { stringify } from 'yaml';
import { openApiDocument } from '../openapi.ts';
import { defineRoute, rawResponse, type Route } from '../route.ts';
import { VERSION } from '../../version.ts';

const common = { method: 'GET', tags: ['operations'], access: 'public', quiet: true } as const;

/** The routes that serve the API document; `routes` is asked late, because these are among them. */
export function apiDocumentRoutes(routes: () => readonly Route[]): readonly Route[] {
  let json: string | undefined;
  let yaml: string | undefined;
  const document = (): object => openApiDocument(routes(), { version: VERSION });
  return [
    defineRoute({
      ...common,
      url: '/openapi.json',
      operationId: 'getOpenApiJson',
      summary: 'This API as OpenAPI 3.1',
      responses: { 200: rawResponse('application/json', 'The document') },
      handle: ({ reply }) => reply.type('application/json').send((json ??= JSON.stringify(document()))),
    }),
    defineRoute({
      ...common,
      url: '/api/openapi.yaml',
      operationId: 'getOpenApiYaml',
      summary: 'This API as OpenAPI 3.1, in YAML',
      responses: { 200: rawResponse('application/yaml', 'The document') },
      handle: ({ reply }) => reply.type('application/yaml').send((yaml ??= stringify(document()))),
    }),
  ];
}
