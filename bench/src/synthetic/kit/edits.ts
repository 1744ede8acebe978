import type { Millis } from '@headwater/core/time.ts';
import type { Plan, ServicePlan } from '@headwater/testkit/world/plan.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';

/** Changes a Service of the plan as somebody did at a time; in the repaired world it is as before, written at the repair. */
export function editService(
  plan: Plan,
  edit: { readonly name: string; readonly at: Millis; readonly change: (service: ServicePlan) => void },
): void {
  const { scene } = plan;
  const service = plan.services.find(({ name }) => name === edit.name);
  if (!service) throw new Error(`no Service ${edit.name} in the plan`);
  service.changed = scene.repaired ? scene.repairedAt : edit.at;
  service.manager = editorOf(scene);
  if (!scene.repaired) edit.change(service);
}

/** Whoever writes by hand or by pipeline in a scene. */
export function editorOf(scene: Scene): string {
  return scene.random.pick('editor', ['kubectl-edit', 'kubectl-patch', 'helm', 'terraform', 'argocd-controller']);
}
