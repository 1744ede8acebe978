import { z } from 'zod';
import { describeParameters } from './openapi/parameters.ts';
import { SchemaBook } from './openapi/schema-book.ts';
import { Problem } from './problem.ts';
import { isSchema, type Route } from './route.ts';

type Json = Readonly<Record<string, unknown>>;

const SECURITY_SCHEMES = {
  bearer: { type: 'http', scheme: 'bearer', description: 'An access token of a person, or an API token.' },
  basic: { type: 'http', scheme: 'basic', description: 'For senders of alerts that know no other way.' },
};

/** The OpenAPI 3.1 document of routes, in a stable order: the same routes give the same bytes. */
export function openApiDocument(routes: readonly Route[], { version }: { readonly version: string }): object {
  const book = new SchemaBook();
  const problem = book.use(Problem, 'output');
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes.filter(({ hidden }) => !hidden)) {
    const path = route.url.replaceAll(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[route.method.toLowerCase()] = operationOf(route, book);
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Headwater',
      version,
      description: 'Takes alerts in, joins them to incidents, and says what caused them, with proof.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.flatMap(({ tags }) => tags))].sort().map((name) => ({ name })),
    paths: sorted(paths),
    components: {
      schemas: sorted(book.components()),
      responses: {
        Problem: {
          description: 'Why it failed, in the form of RFC 9457',
          content: { 'application/problem+json': { schema: problem } },
        },
      },
      securitySchemes: SECURITY_SCHEMES,
    },
  };
}

function operationOf(route: Route, book: SchemaBook): Json {
  const parameters = [
    ...describeParameters('path', route.params, book),
    ...describeParameters('query', route.query, book),
    ...describeParameters('header', route.headers, book),
  ];
  return {
    operationId: route.operationId,
    summary: route.summary,
    ...(route.description !== undefined && { description: route.description }),
    tags: route.tags,
    'x-headwater-access': route.access,
    security: securityOf(route),
    ...(parameters.length > 0 && { parameters }),
    ...(route.body && {
      requestBody: {
        required: route.bodyOptional !== true,
        content: { 'application/json': { schema: book.use(route.body, 'input') } },
      },
    }),
    responses: responsesOf(route, book),
  };
}

function securityOf({ access }: Route): Json[] {
  if (access === 'public') return [];
  return access === 'intake' ? [{ bearer: [] }, { basic: [] }] : [{ bearer: [] }];
}

function responsesOf(route: Route, book: SchemaBook): Json {
  const responses: Record<string, Json> = {};
  for (const [status, shape] of Object.entries(route.responses)) {
    if (isSchema(shape)) {
      const description = z.globalRegistry.get(shape)?.description ?? shape.description ?? 'Done';
      responses[status] = { description, content: { 'application/json': { schema: book.use(shape, 'output') } } };
    } else {
      const content = shape.contentType === '' ? {} : { content: { [shape.contentType]: {} } };
      responses[status] = { description: shape.description, ...content };
    }
  }
  for (const status of problemStatuses(route)) responses[status] ??= { $ref: '#/components/responses/Problem' };
  return responses;
}

function problemStatuses(route: Route): string[] {
  return [
    ...(route.params || route.query || route.body ? ['400'] : []),
    ...(route.access === 'public' ? [] : ['401']),
    ...(route.access === 'public' || route.access === 'signed-in' ? [] : ['403']),
    ...(route.params ? ['404'] : []),
    ...(route.body ? ['413'] : []),
    'default',
  ];
}

function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([left], [right]) => (left < right ? -1 : 1)));
}
