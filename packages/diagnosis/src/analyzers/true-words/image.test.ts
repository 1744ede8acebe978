import { testTrueTexts, type TrueText } from '@headwater/testkit/true-words.ts';
import { event, pullEvent, waiting } from '@headwater/testkit/true-worlds.ts';

const WEB = 'Deployment/shop/web';

const pulled = (image: string, message: string, podFields = {}): TrueText['world'] =>
  waiting('ErrImagePull', message, { image }, podFields);

testTrueTexts('images', [
  {
    code: 'I01',
    from: 'UKHomeOffice/kb8or#68',
    category: 'image-not-found',
    subject: WEB,
    world: pullEvent(
      'quay.io/ukhomeofficedigital/s3registry:v2.0.0-bob',
      'Failed to pull image "quay.io/ukhomeofficedigital/s3registry:v2.0.0-bob": image pull failed for quay.io/ukhomeofficedigital/s3registry:v2.0.0-bob, this may be because there are no credentials on this request.  details: (Tag v2.0.0-bob not found in repository quay.io/ukhomeofficedigital/s3registry)',
    ),
  },
  {
    code: 'I01',
    from: 'raffaelespazzoli/credscontroller#10',
    category: 'image-not-found',
    subject: WEB,
    world: pullEvent(
      'registry.svc.ci.openshift.org/origin/4.3-2019-10-29-062458@sha256:8184092486c345c2b757f366f146218a115e5d7a92b481cb76257358653ec852',
      'Failed to pull image "registry.svc.ci.openshift.org/origin/4.3-2019-10-29-062458@sha256:8184092486c345c2b757f366f146218a115e5d7a92b481cb76257358653ec852": rpc error: code = Unknown desc = Error reading manifest sha256:8184092486c345c2b757f366f146218a115e5d7a92b481cb76257358653ec852 in registry.svc.ci.openshift.org/origin/4.3-2019-10-29-062458: manifest unknown: manifest unknown',
    ),
  },
  {
    code: 'I01',
    from: 'okd-project/okd#2194',
    category: 'image-not-found',
    subject: WEB,
    world: pulled(
      'quay.io/okd/scos-content@sha256:637140d5811ea5f3ebbf1f0185ef4e98085236684337f2aabc4fa6bbffe1b305',
      'initializing source docker://quay.io/okd/scos-content@sha256:637140d5811ea5f3ebbf1f0185ef4e98085236684337f2aabc4fa6bbffe1b305: reading manifest sha256:637140d5811ea5f3ebbf1f0185ef4e98085236684337f2aabc4fa6bbffe1b305 in quay.io/okd/scos-content: manifest unknown',
    ),
  },
  {
    code: 'I01',
    from: 'open-telemetry/opentelemetry-operator#239',
    category: 'image-not-found',
    subject: WEB,
    world: pulled(
      'quay.io/opentelemetry/opentelemetry-operator:0.23.0',
      'rpc error: code = Unknown desc = Error response from daemon: manifest for quay.io/opentelemetry/opentelemetry-operator:0.23.0 not found: manifest unknown: manifest unknown',
    ),
  },
  {
    code: 'I01',
    from: 'turbaszek/keda-example#6',
    category: 'image-not-found',
    subject: WEB,
    world: pullEvent(
      'local/dummy',
      'Failed to pull image "local/dummy": rpc error: code = Unknown desc = Error response from daemon: pull access denied for local/dummy, repository does not exist or may require \'docker login\': denied: requested access to the resource is denied',
    ),
  },
  {
    code: 'I02',
    from: 'okd-project/okd#1306',
    category: 'image-pull-credentials',
    subject: WEB,
    world: pulled(
      'image-registry.openshift-image-registry.svc:5000/frontend/nginx:v1.0',
      'initializing source docker://image-registry.openshift-image-registry.svc:5000/frontend/nginx:v1.0: unable to retrieve auth token: invalid username/password: unauthorized: authentication required',
    ),
  },
  {
    code: 'I02',
    from: 'octarinesec/octarine-operator#15',
    category: 'image-pull-credentials',
    subject: WEB,
    world: pullEvent(
      'octarinesec/guardrails-enforcer:20.7',
      'Failed to pull image "octarinesec/guardrails-enforcer:20.7": rpc error: code = Unknown desc = Error response from daemon: unauthorized: authentication required',
    ),
  },
  {
    code: 'I04',
    from: 'namespacelabs/foundation#846',
    category: 'registry-unavailable',
    subject: WEB,
    world: pullEvent(
      'index.docker.io/jaegertracing/all-in-one@sha256:8d0bff43db3ce5c528cb6f957520511d263d7cceee012696e4afdc9087919bb9',
      'Failed to pull image "index.docker.io/jaegertracing/all-in-one@sha256:8d0bff43db3ce5c528cb6f957520511d263d7cceee012696e4afdc9087919bb9": rpc error: code = Unknown desc = failed to pull and unpack image "docker.io/jaegertracing/all-in-one@sha256:8d0bff43db3ce5c528cb6f957520511d263d7cceee012696e4afdc9087919bb9": failed to copy: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/jaegertracing/all-in-one/manifests/sha256:8d0bff43db3ce5c528cb6f957520511d263d7cceee012696e4afdc9087919bb9: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit.',
    ),
  },
  {
    code: 'I03',
    from: 'hjacobs/kube-ops-view#176',
    category: 'registry-unresolvable',
    subject: WEB,
    world: pullEvent(
      'hjacobs/kube-ops-view:0.8.1',
      'Failed to pull image "hjacobs/kube-ops-view:0.8.1": rpc error: code = Unknown desc = Error response from daemon: Get https://registry-1.docker.io/v2/: dial tcp: lookup registry-1.docker.io on 127.0.0.53:53: server misbehaving',
    ),
  },
  {
    code: 'I03',
    from: 'kubernetes/kubernetes#6888',
    category: 'registry-unresolvable',
    subject: WEB,
    world: pullEvent(
      'gcr.io/google_containers/spark:1.5.2_v1',
      'Failed to pull image "gcr.io/google_containers/spark:1.5.2_v1": image pull failed for gcr.io/google_containers/spark:1.5.2_v1, this may be because there are no credentials on this request.  details: (API error (500): unable to ping registry endpoint https://gcr.io/v0/ v2 ping attempt failed with error: Get https://gcr.io/v2/: dial tcp: lookup gcr.io: Temporary failure in name resolution)',
    ),
  },
  {
    code: 'I04',
    from: 'UKHomeOffice/kb8or#48',
    category: 'registry-unavailable',
    subject: WEB,
    world: pullEvent(
      '10.101.100.100:30000/nfidd_mysql_management:0.1.0.3-999',
      'Failed to pull image "10.101.100.100:30000/nfidd_mysql_management:0.1.0.3-999": API error (500): invalid registry endpoint "http://10.101.100.100:30000/v0/". HTTPS attempt: unable to ping registry endpoint https://10.101.100.100:30000/v0/ v2 ping attempt failed with error: Get https://10.101.100.100:30000/v2/: dial tcp 10.101.100.100:30000: i/o timeout',
    ),
  },
  {
    code: 'I05',
    from: 'jupyterhub/zero-to-jupyterhub-k8s#472',
    category: 'image-not-found',
    subject: WEB,
    world: waiting(
      'InvalidImageName',
      'Failed to apply default image tag "https://harbor.k8s.mybank/release/name:1.1.0": couldn\'t parse image reference "https://harbor.k8s.mybank/release/name:1.1.0": invalid reference format',
      { image: 'https://harbor.k8s.mybank/release/name:1.1.0' },
    ),
  },
  {
    code: 'I05',
    from: 'digitalocean/clusterlint#71',
    category: 'image-not-found',
    subject: WEB,
    world: waiting(
      'InvalidImageName',
      'Failed to apply default image tag "redacted.dkr.ecr.us-east-1.amazonaws.com/redacted/redacted:": couldn\'t parse image reference "redacted.dkr.ecr.us-east-1.amazonaws.com/redacted/redacted:": invalid reference format',
      { image: 'redacted.dkr.ecr.us-east-1.amazonaws.com/redacted/redacted:' },
    ),
  },
  {
    code: 'I02',
    from: 'containerd/containerd#3291',
    category: 'image-pull-credentials',
    subject: WEB,
    world: pullEvent(
      'docker.pkg.github.com/stgarf/podinfo/podinfo:3.1.5',
      'Failed to pull image "docker.pkg.github.com/stgarf/podinfo/podinfo:3.1.5": rpc error: code = Unknown desc = failed to resolve image "docker.pkg.github.com/stgarf/podinfo/podinfo:3.1.5": no available registry endpoint: unexpected status code https://docker.pkg.github.com/v2/stgarf/podinfo/podinfo/manifests/3.1.5: 401 Unauthorized',
    ),
  },
  {
    code: 'I02',
    from: 'kubernetes/kubernetes#110678',
    category: 'image-pull-credentials',
    subject: WEB,
    world: pulled(
      'registry.app.xxx.net/spm2fog/partsgo42:GitActionsNew-2e7e78f7',
      'rpc error: code = Unknown desc = failed to pull and unpack image "registry.app.xxx.net/spm2fog/partsgo42:GitActionsNew-2e7e78f7": failed to resolve reference "registry.app.xxx.net/spm2fog/partsgo42:GitActionsNew-2e7e78f7": pulling from host registry.app.xxx.net failed with status code [manifests GitActionsNew-2e7e78f7]: 401 Unauthorized',
    ),
  },
  {
    code: 'I02',
    from: 'Esri/arcgis-gitops#168',
    category: 'image-pull-credentials',
    subject: WEB,
    world: pulled(
      'arcgisenterprise248c2940cb03b8d5.azurecr.io/docker-hub/esridocker/enterprise-admin:11.4.0.6285',
      '[failed to pull and unpack image "arcgisenterprise248c2940cb03b8d5.azurecr.io/docker-hub/esridocker/enterprise-admin:11.4.0.6285": failed to resolve reference "arcgisenterprise248c2940cb03b8d5.azurecr.io/docker-hub/esridocker/enterprise-admin:11.4.0.6285": failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://arcgisenterprise248c2940cb03b8d5.azurecr.io/oauth2/token?scope=repository%3Adocker-hub%2Fesridocker%2Fenterprise-admin%3Apull&service=arcgisenterprise248c2940cb03b8d5.azurecr.io: 401 Unauthorized]',
    ),
  },
  {
    code: 'I02',
    from: 'k0sproject/k0sctl#981',
    category: 'image-not-found',
    subject: WEB,
    world: pulled(
      'ghcr.io/k0sprojects/k0sctl:latest',
      'initializing source docker://ghcr.io/k0sprojects/k0sctl:latest: Requesting bearer token: invalid status code from registry 403 (Forbidden)',
    ),
  },
  {
    code: 'I02',
    from: 'confluentinc/confluent-kubernetes-examples#276',
    category: 'image-pull-credentials',
    subject: WEB,
    world: {
      objects: [
        ...(pulled(
          'registry.example.com/private/web:1',
          'failed to pull and unpack image "registry.example.com/private/web:1": failed to resolve reference "registry.example.com/private/web:1": unexpected status from HEAD request to https://registry.example.com/v2/private/web/manifests/1: 403 Forbidden',
          { imagePullSecrets: [{ name: 'confluent-registry' }] },
        ).objects ?? []),
        event(
          'Pod/web-1-a',
          'FailedToRetrieveImagePullSecret',
          'Unable to retrieve some image pull secrets (confluent-registry); attempting to pull the image may not succeed.',
        ),
      ],
    },
  },
]);
