import { Banner } from "../elements/banner";
import { Button } from "../elements/button";
import type { Fetched } from "./use-fetched";

/** While the server is asked, and when it could not be. */
export function WaitingFor({ fetched: { found, acting, look } }: { fetched: Fetched<unknown> }) {
  return (
    <>
      {acting.trouble && <Banner kind="amber">{acting.trouble}</Banner>}
      {!found && acting.busy && <p class="soft" role="status">Asking the server…</p>}
      {!found && !acting.busy && <Button kind="quiet" onPress={look}>Look again</Button>}
    </>
  );
}
