import { testTrueTexts, type TrueText, trueText } from '@headwater/testkit/true-words.ts';
import { crashed, event, type Fields, logging, meta, refused } from '@headwater/testkit/true-worlds.ts';

const template: Fields = {
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'web', image: 'registry.example.com/web:1' }] },
};

const spec: Fields = { replicas: 1, selector: { matchLabels: { app: 'web' } }, template };

const refusedBy = (apiVersion: string, kind: string, [status, message]: [Fields, string]): TrueText['world'] => ({
  objects: [{ apiVersion, kind, metadata: meta('web'), spec, status }, event(`${kind}/web`, 'FailedCreate', message)],
});

const job = (message: string): TrueText['world'] => refusedBy('batch/v1', 'Job', [{}, message]);
const statefulSet = (message: string): TrueText['world'] =>
  refusedBy('apps/v1', 'StatefulSet', [{ replicas: 0 }, message]);
const daemonSet = (message: string): TrueText['world'] =>
  refusedBy('apps/v1', 'DaemonSet', [{ desiredNumberScheduled: 3, currentNumberScheduled: 0 }, message]);

const repeated = (line: string): TrueText['world'] =>
  logging([51, 53, 55, 57, 59].map((minute) => `2026-03-01T09:${minute}:01Z ${line}`).join('\n'));

const SERVICE_ACCOUNT = { spec: { serviceAccountName: 'web' } };

testTrueTexts('admission, rights and quotas', [
  trueText(
    'R01',
    'apecloud/kubeblocks#4599',
    'service-account-missing',
    statefulSet(
      'create Pod mytest-mysql-0 in StatefulSet mytest-mysql failed error: pods "mytest-mysql-0" is forbidden: error looking up service account shop/kb-release-name-apecloud-mysql-cluster: serviceaccount "kb-release-name-apecloud-mysql-cluster" not found',
    ),
    'StatefulSet/shop/web',
  ),
  trueText(
    'R01',
    'rancherlabs/support-tools#262',
    'service-account-missing',
    job(
      'Error creating: pods "cleanup-evicted-pods-28516020-" is forbidden: error looking up service account shop/rke-job-deployer: serviceaccount "rke-job-deployer" not found',
    ),
    'Job/shop/web',
  ),
  trueText(
    'R02',
    'apecloud/kubeblocks#1560',
    'rbac-denied',
    logging(
      'W0301 09:59:29.788954       1 reflector.go:424] pkg/mod/k8s.io/client-go@v0.26.1/tools/cache/reflector.go:169: failed to list *v1.ReplicaSet: replicasets.apps is forbidden: User "system:serviceaccount:shop:web" cannot list resource "replicasets" in API group "apps" at the cluster scope\nE0301 09:59:29.788993       1 reflector.go:140] pkg/mod/k8s.io/client-go@v0.26.1/tools/cache/reflector.go:169: Failed to watch *v1.ReplicaSet: failed to list *v1.ReplicaSet: replicasets.apps is forbidden: User "system:serviceaccount:shop:web" cannot list resource "replicasets" in API group "apps" at the cluster scope',
      SERVICE_ACCOUNT.spec,
    ),
    'ServiceAccount/shop/web',
  ),
  trueText(
    'R02',
    'kubernetes-sigs/cluster-api#1600',
    'rbac-denied',
    logging(
      'Failed to list *v1.ConfigMap: configmaps is forbidden: User "system:serviceaccount:shop:web" cannot list resource "configmaps" in API group "" at the cluster scope',
      SERVICE_ACCOUNT.spec,
    ),
    'ServiceAccount/shop/web',
  ),
  trueText(
    'R02',
    'flanksource/canary-checker#2036',
    'rbac-denied',
    crashed(
      { exitCode: 1, reason: 'Error' },
      {
        podFields: SERVICE_ACCOUNT.spec,
        log: 'E0301 09:57:55.853424 1 reflector.go:147] pkg/mod/k8s.io/client-go@v0.28.8/tools/cache/reflector.go:229: Failed to watch *v1.Canary: failed to list *v1.Canary: canaries.canaries.flanksource.com is forbidden: User "system:serviceaccount:shop:web" cannot list resource "canaries" in API group "canaries.flanksource.com" at the cluster scope',
      },
    ),
    'ServiceAccount/shop/web',
  ),
  trueText(
    'R04',
    'aws/aws-sdk-js-v3#3052',
    'identity-expired',
    repeated(
      'ExpiredTokenException: The security token included in the request is expired    at deserializeAws_json1_0UpdateItemCommandError (/app/common/temp/node_modules/.pnpm/@aws-sdk+client-dynamodb@3.48.0/node_modules/@aws-sdk/client-dynamodb/dist-cjs/protocols/Aws_json1_0.js:4014:41)',
    ),
  ),
  trueText(
    'R04',
    'boto/botocore#3480',
    'identity-expired',
    repeated(
      'Error when retrieving credentials from container-role: Error retrieving metadata: Received non 200 response 400 from container metadata: Service account token failed basic claim validations: token is expired',
    ),
  ),
  trueText(
    'R04',
    'awslabs/aws-orbit-workbench#708',
    'identity-expired',
    repeated(
      'botocore.errorfactory.ExpiredTokenException: An error occurred (ExpiredTokenException) when calling the AssumeRoleWithWebIdentity operation: Token expired: current date/time 1624483774 must be before the expiration date/time1624292956',
    ),
  ),
  trueText(
    'W06',
    'argoproj-labs/argocd-operator#871',
    'crd-missing',
    crashed(
      { exitCode: 1, reason: 'Error' },
      {
        log: '1.678063366456958e+09   ERROR   controller-runtime.source       if kind is a CRD, it should be installed before calling Start   {"kind": "Prometheus.monitoring.coreos.com", "error": "no matches for kind \\"Prometheus\\" in version \\"monitoring.coreos.com/v1\\""}',
      },
    ),
  ),
  trueText(
    'W06',
    'open-telemetry/opentelemetry-operator#2810',
    'crd-missing',
    crashed(
      { exitCode: 1, reason: 'Error' },
      {
        log: '{"level":"error","ts":"2026-03-01T09:57:55Z","logger":"controller-runtime.source.EventHandler","msg":"if kind is a CRD, it should be installed before calling Start","kind":"ServiceMonitor.monitoring.coreos.com","error":"no matches for kind \\"ServiceMonitor\\" in version \\"monitoring.coreos.com/v1\\""}',
      },
    ),
  ),
  trueText(
    'W01',
    'kubernetes-sigs/kubebuilder#3052',
    'webhook-unavailable',
    refused(
      'Error creating: Internal error occurred: failed calling webhook "mpod.kb.io": Post "https://tcaplus-webhook-service.tcaplus-system.svc:443/mutate-v1-pod?timeout=10s": no endpoints available for service "tcaplus-webhook-service"',
    ),
    'Service/tcaplus-system/tcaplus-webhook-service',
  ),
  trueText(
    'W01',
    'kserve/kserve#580',
    'webhook-unavailable',
    statefulSet(
      'create Pod application-controller-stateful-set-0 in StatefulSet application-controller-stateful-set failed error: Internal error occurred: failed calling webhook "inferenceservice.kfserving-webhook-server.pod-mutator": Post https://kfserving-webhook-server-service.kubeflow.svc:443/mutate-pods?timeout=30s: service "kfserving-webhook-server-service" not found',
    ),
    'Service/kubeflow/kfserving-webhook-server-service',
  ),
  trueText(
    'W01',
    'gopaddle-io/configurator#74',
    'webhook-unavailable',
    job(
      'Error creating: Internal error occurred: failed calling webhook "podcontroller.configurator.gopaddle.io": Post "https://configurator-controllerwebhook.gopaddle-servers.svc:443/podcontroller?timeout=10s": no endpoints available for service "configurator-controllerwebhook"',
    ),
    'Service/gopaddle-servers/configurator-controllerwebhook',
  ),
  trueText(
    'W02',
    'openkube-hub/KubeUser#13',
    'webhook-tls',
    refused(
      'Error creating: Internal error occurred: failed calling webhook "user.auth.openkube.io": failed to call webhook: Post "https://kubeuser-webhook-service.kubeuser.svc:443/validate-auth-openkube-io-v1alpha1-user?timeout=10s": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    ),
    'Service/kubeuser/kubeuser-webhook-service',
  ),
  trueText(
    'W02',
    'kyverno/kyverno#3300',
    'webhook-tls',
    refused(
      'Error creating: Internal error occurred: failed calling webhook "validate.kyverno.svc-fail": Post "https://kyverno-svc.kyverno.svc:443/validate?timeout=10s": x509: certificate signed by unknown authority (possibly because of "crypto/rsa: verification error" while trying to verify candidate authority certificate "*.kyverno.svc")',
    ),
    'Service/kyverno/kyverno-svc',
  ),
  trueText(
    'W03',
    'istio/istio#41653',
    'webhook-slow',
    refused(
      'Error creating: Internal error occurred: failed calling webhook "namespace.sidecar-injector.istio.io": failed to call webhook: Post "https://istiod.istio-system.svc:443/inject?timeout=10s": context deadline exceeded',
    ),
    'Service/istio-system/istiod',
  ),
  trueText(
    'W03',
    'istio/istio#13840',
    'webhook-slow',
    refused(
      'Error creating: Internal error occurred: failed calling admission webhook "sidecar-injector.istio.io": Post https://istio-sidecar-injector.istio-system.svc:443/inject?timeout=30s: net/http: request canceled (Client.Timeout exceeded while awaiting headers)',
    ),
    'Service/istio-system/istio-sidecar-injector',
  ),
  trueText(
    'W04',
    'open-policy-agent/gatekeeper#1167',
    'policy-denied',
    refused(
      'Error creating: admission webhook "validation.gatekeeper.sh" denied the request: [denied by workloads-require-owner] All workloads must have a valid `owner` label',
    ),
  ),
  trueText(
    'W04',
    'redhat-developer/odo#6847',
    'policy-denied',
    refused(
      'Error creating: pods "nodejs-app-8665bd77fb-2dd4n" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "runtime" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "runtime" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "runtime" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "runtime" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    ),
  ),
  trueText(
    'W04',
    'tektoncd/triggers#1477',
    'policy-denied',
    refused(
      '(combined from similar events): Error creating: pods "tekton-triggers-controller-7887549bc5-htzd7" is forbidden: violates PodSecurity "restricted:latest": unrestricted capabilities (container "tekton-triggers-controller" must set securityContext.capabilities.drop=["ALL"])',
    ),
  ),
  trueText(
    'W04',
    'open-policy-agent/gatekeeper#2633',
    'policy-denied',
    daemonSet(
      'Error creating: pods "gatekeeper-controller-manager-75578bc95d-pc2wp" is forbidden: violates PodSecurity "restricted:v1.24": host namespaces (hostNetwork=true), hostPort (container "manager" uses hostPorts 8443, 8888, 9090)',
    ),
    'DaemonSet/shop/web',
  ),
  trueText(
    'W04',
    'rabbitmq/cluster-operator#488',
    'policy-denied',
    refused(
      'Error creating: pods "rabbitmq-cluster-operator-79888fd8c8-" is forbidden: unable to validate against any security context constraint: []',
    ),
  ),
  trueText(
    'W04',
    'pulp/pulp-operator#1319',
    'policy-denied',
    statefulSet(
      'create Pod ocp-example-database-0 in StatefulSet ocp-example-database failed error: pods "ocp-example-database-0" is forbidden: unable to validate against any security context constraint: [provider "anyuid": Forbidden: not usable by user or serviceaccount, provider restricted-v2: .spec.securityContext.fsGroup: Invalid value: []int64{999}: 999 is not an allowed group, provider restricted-v2: .containers[0].runAsUser: Invalid value: 999: must be in the ranges: [1000680000, 1000689999]]',
    ),
    'StatefulSet/shop/web',
  ),
  trueText(
    'W04',
    'kubernetes/minikube#7314',
    'policy-denied',
    refused('Error creating: pods "web-1-" is forbidden: no providers available to validate pod request'),
  ),
  trueText(
    'Q01',
    'openshift/origin#10407',
    'quota-exceeded',
    refused(
      'Error creating: pods "test-1-" is forbidden: Exceeded quota: compute-resources, requested: limits.cpu=384m,limits.memory=512Mi, used: limits.cpu=384m,limits.memory=512Mi, limited: limits.cpu=384m,limits.memory=512Mi',
    ),
    'ResourceQuota/shop/compute-resources',
  ),
  trueText(
    'Q01',
    'hmcts/cnp-flux-config#2122',
    'quota-exceeded',
    refused(
      'Error creating: pods "test-pod" is forbidden: exceeded quota: money-claims-quota, requested: requests.cpu=20,requests.memory=60Gi, used: requests.cpu=32575m,requests.memory=90368Mi, limited: requests.cpu=50,requests.memory=140Gi',
    ),
    'ResourceQuota/shop/money-claims-quota',
  ),
  trueText(
    'Q02',
    'm3o/backend#378',
    'quota-field-missing',
    refused(
      'Error creating: pods "helloworld-latest-6b78556b99-mcpwh" is forbidden: failed quota: quota: must specify limits.cpu,limits.memory,requests.cpu,requests.memory',
    ),
  ),
  trueText(
    'Q02',
    'reactive-tech/kubegres#100',
    'quota-field-missing',
    statefulSet(
      'create Pod database-db-2-0 in StatefulSet database-db-2- failed error: pods "database-db-2-0" is forbidden: failed quota: namespace-quota: must specify limits.memory,requests.cpu,requests.memory',
    ),
    'StatefulSet/shop/web',
  ),
  trueText(
    'Q06',
    'harn3ss/open-infra#9',
    'limit-range',
    refused(
      'Error creating: pods "demo-chat-1" is forbidden: maximum memory usage per Container is 4Gi, but limit is 8Gi',
    ),
  ),
  trueText(
    'Q06',
    'pixiu-io/kubez-ansible#11',
    'limit-range',
    refused(
      'Error creating: pods "coredns-546565776c-dhbcc" is forbidden: minimum memory usage per Container is 90Mi, but request is 70Mi',
    ),
  ),
  trueText(
    'Q06',
    'openshift-qe/v3-testfiles#581',
    'limit-range',
    refused(
      'Error creating: pods "rails-ex-1-" is forbidden: [minimum memory usage per Pod is 204Mi, but request is 62914560., minimum cpu usage per Pod is 39m, but request is 11m., minimum cpu usage per Container is 39m, but request is 11m., minimum memory usage per Container is 204Mi, but request is 60Mi.]',
    ),
  ),
]);
