import { MINUTE } from '@headwater/core/time.ts';
import { alert, highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { daysBefore } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { requestsAround } from '../../kit/spans.ts';

interface Cloud {
  readonly annotation: string;
  readonly value: (scene: Scene) => string;
  readonly errors: readonly string[];
  readonly marks: readonly string[];
}

const CLOUDS: readonly Cloud[] = [
  {
    annotation: 'eks.amazonaws.com/role-arn',
    value: ({ cast }) => `arn:aws:iam::123456789012:role/${cast.namespace}-uploads`,
    errors: [
      'operation error S3: PutObject, https response error StatusCode: 400, RequestID: 7Q2V, HostID: x1, api error ExpiredToken: The provided token has expired.',
      'An error occurred (ExpiredToken) when calling the PutObject operation: The provided token has expired.',
      'software.amazon.awssdk.services.s3.model.S3Exception: The provided token has expired. (Service: S3, Status Code: 400, Request ID: 7Q2V)',
    ],
    marks: ['ExpiredToken', 'token has expired'],
  },
  {
    annotation: 'eks.amazonaws.com/role-arn',
    value: ({ cast }) => `arn:aws:iam::123456789012:role/${cast.namespace}-uploads`,
    errors: [
      'failed to refresh cached credentials, failed to retrieve credentials, operation error STS: AssumeRoleWithWebIdentity, https response error StatusCode: 400, RequestID: 1f, InvalidIdentityToken: Incorrect token audience',
      'WebIdentityErr: failed to retrieve credentials\ncaused by: AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity status code: 403',
      'An error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity operation: Not authorized to perform sts:AssumeRoleWithWebIdentity',
    ],
    marks: ['AssumeRoleWithWebIdentity', 'InvalidIdentityToken'],
  },
  {
    annotation: 'azure.workload.identity/client-id',
    value: () => '1b2c3d4e-0000-4000-8000-5f6a7b8c9d0e',
    errors: [
      'WorkloadIdentityCredential authentication failed: AADSTS700024: Client assertion is not within its valid time range.',
      'DefaultAzureCredential failed to retrieve a token: AADSTS70021: No matching federated identity record found for presented assertion.',
    ],
    marks: ['AADSTS'],
  },
  {
    annotation: 'iam.gke.io/gcp-service-account',
    value: ({ cast }) => `uploads@${cast.organisation}-prod.iam.gserviceaccount.com`,
    errors: [
      'oauth2/google: unable to generate access token: googleapi: Error 403: Permission "iam.serviceAccounts.getAccessToken" denied on resource (or it may not exist).',
      `google.auth.exceptions.RefreshError: ("Unable to acquire impersonated credentials", "Permission 'iam.serviceAccounts.getAccessToken' denied on resource")`,
    ],
    marks: ['getAccessToken'],
  },
];

const cloudOf = (scene: Scene): Cloud => scene.random.pick('cloud', CLOUDS);

/** The identity a workload has in the cloud is not accepted any more. */
export const fault: Fault = {
  code: 'R04',
  name: 'cloud identity or token expired',
  lookAlikes: ['X01', 'Y02', 'Y07'],
  scenario: {
    slug: 'r04-identity-expired',
    title: 'A service cannot store anything outside the cluster since some minutes',
    families: ['rbac'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['payments'] });
      const { payments, orders, namespace } = app;
      const at = scene.around('expired', 23);
      const cloud = cloudOf(scene);
      plan.namespaces
        .find(({ name }) => name === namespace)
        ?.serviceAccounts.push({
          name: payments.name,
          created: daysBefore(scene, 60),
          annotations: { [cloud.annotation]: cloud.value(scene) },
        });
      payments.spec.serviceAccountName = payments.name;
      const error = scene.random.pick('error', cloud.errors);
      const doing = scene.random.pick('doing', ['upload of receipt failed', 'cannot write invoice', 'archive failed']);
      complaining(plan, payments, {
        complaints: [{ since: at, every: 27, say: () => ({ level: 'error', message: `${doing}: ${error}` }) }],
      });
      complaining(plan, orders, {
        complaints: [
          {
            since: at,
            every: 45,
            say: () => ({
              level: 'error',
              message: `call to ${payments.name} failed: 500 Internal Server Error`,
              fields: { status: 502 },
            }),
          },
        ],
      });
      const host = scene.random.pick('store', [
        's3.eu-west-1.amazonaws.com',
        'storage.googleapis.com',
        'documents.blob.core.windows.net',
      ]);
      requestsAround(plan, at, (faulty) => ({
        legs: [
          {
            workload: orders,
            operation: 'POST /orders',
            own: 9,
            error: faulty ? '500 Internal Server Error' : undefined,
          },
          { workload: payments, operation: 'POST /receipts', own: 6, error: faulty ? 'upload failed' : undefined },
        ],
        outward: {
          name: 'PUT',
          took: 40,
          attributes: {
            'server.address': host,
            'http.request.method': 'PUT',
            ...(faulty ? { 'http.response.status_code': '403' } : {}),
          },
          error: faulty ? error : undefined,
        },
      }));
      if (scene.random.chance('own-alert', 0.5)) highErrorRate(plan, payments, { since: at, percent: 61 });
      else
        alert(plan, {
          alertname: 'UploadFailures',
          severity: 'critical',
          labels: { deployment: payments.name, namespace },
          summary: 'Documents are not stored.',
          description: `${payments.name} in ${namespace} fails to store documents.`,
          at: at + 5 * MINUTE,
        });
      return plan;
    },
    expected: (scene) => {
      const { namespace, payments } = scene.cast;
      return causeIs({
        causes: [
          { kind: 'Deployment', namespace, name: payments },
          { kind: 'ServiceAccount', namespace, name: payments },
        ],
        category: ['identity-expired'],
        keywords: [[...cloudOf(scene).marks]],
        not: [
          { category: 'rbac-denied' },
          { category: 'certificate-expired' },
          { category: 'external-api-failing' },
          { category: 'credentials-invalid' },
        ],
      });
    },
  },
};
