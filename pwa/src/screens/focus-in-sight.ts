/** The keyboard of a phone takes half the screen: what is being written must stay in the other half. */
export function keepFocusInSight(): () => void {
  const look = (): void => {
    const written = document.activeElement;
    const isWriting = written instanceof HTMLTextAreaElement || written instanceof HTMLInputElement;
    if (isWriting) written.scrollIntoView({ block: "nearest" });
  };
  addEventListener("resize", look);
  return () => removeEventListener("resize", look);
}
