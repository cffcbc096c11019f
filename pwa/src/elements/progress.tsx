/** "3 of 9", in words and as a line that fills. */
export function Progress({ at, of }: { at: number; of: number }) {
  return (
    <div class="progress">
      <span>{at} of {of}</span>
      <progress value={at} max={of} aria-label={`Question ${at} of ${of}`} />
    </div>
  );
}
