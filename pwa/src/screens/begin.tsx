import { allowedIn } from "../domain/access";
import { ButtonLink } from "../elements/button";
import { JoinCodes } from "./join-codes";
import { AddPerson } from "./people";
import { to } from "./route";
import { useView } from "./view";

/** Right after setting up: the people who are supported, and the next worker. */
export function BeginProvider() {
  const view = useView();
  return (
    <>
      <p>{view.provider.name} is set up. Two things are left.</p>
      <h2>1. Add the people you support</h2>
      <AddPerson services={allowedIn("editPeople", view.roles)} isOpen />
      {view.people.length > 0 && <p>{view.people.map(({ name }) => name).join(", ")}</p>}
      <h2>2. Let the next worker join</h2>
      <JoinCodes />
      <ButtonLink href={to("home")} wide>Go on to Heed</ButtonLink>
    </>
  );
}
