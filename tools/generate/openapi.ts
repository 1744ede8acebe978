import { openApiDocument } from '../../apps/headwater/src/http/openapi.ts';
import { ROUTES } from '../../apps/headwater/src/http/routes.ts';
import { VERSION } from '../../apps/headwater/src/version.ts';

// docs/openapi.json: what /openapi.json serves, so that a change of the API shows in a diff.
if (import.meta.main)
  process.stdout.write(`${JSON.stringify(openApiDocument(ROUTES, { version: VERSION }), null, 2)}\n`);
