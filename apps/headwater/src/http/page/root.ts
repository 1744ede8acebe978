import { Status } from '@headwater/contracts/http/operations.ts';
import { defineRoute } from '../route.ts';

export const rootRoute = defineRoute({
  method: 'GET',
  url: '/',
  operationId: 'getRoot',
  summary: 'The page for browsers, a status for programs',
  tags: ['operations'],
  access: 'public',
  quiet: true,
  responses: { 200: Status },
  handle: ({ request, reply }) => {
    // A browser gets what no schema describes.
    if (reply.server.wantsPage(request)) return reply.sendPage() as never;
    return {
      status: 'ok' as const,
      message: 'Headwater takes alerts at /webhook/alertmanager; its API is at /openapi.json',
    };
  },
});
