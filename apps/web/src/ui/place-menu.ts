const GAP = 6;
const EDGE = 8;

/** Puts an open menu below its button, above where there is no room, and never over the edge of the window. */
export function placeMenu(menu: HTMLElement, align: 'start' | 'end'): void {
  const button = document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`)?.getBoundingClientRect();
  if (!button) return;
  const { width, height } = menu.getBoundingClientRect();
  const wanted = align === 'start' ? button.left : button.right - width;
  const left = Math.max(EDGE, Math.min(wanted, innerWidth - width - EDGE));
  const below = button.bottom + GAP;
  const above = button.top - GAP - height;
  const top =
    below + height <= innerHeight - EDGE || above < EDGE ? Math.min(below, innerHeight - height - EDGE) : above;
  menu.style.left = `${left}px`;
  menu.style.top = `${Math.max(EDGE, top)}px`;
}
