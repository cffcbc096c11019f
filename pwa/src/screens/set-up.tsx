import { useState } from "preact/hooks";
import { Button, ButtonLink } from "../elements/button";
import { PlainInput, Select } from "../elements/plain-input";
import { SecretInput } from "../elements/secret-input";
import { useActs, type Division, type NewService, type ServiceKind } from "./acts";
import { Entrance } from "./entrance";
import { passphraseProblem, suggestedName } from "./join";
import { go, to } from "./route";
import { useAct } from "./use-act";

export const divisions: { value: Division; label: string }[] = [
  { value: "england-and-wales", label: "England or Wales" },
  { value: "scotland", label: "Scotland" },
  { value: "northern-ireland", label: "Northern Ireland" },
];

export const serviceKinds: { value: ServiceKind; label: string }[] = [
  { value: "homecare", label: "Homecare" },
  { value: "supported_living", label: "Supported living" },
  { value: "care_home", label: "Care home" },
];

const emptyService = (): NewService => ({ name: "", kind: "homecare", division: "england-and-wales", officeNumber: "", onCallNumber: "" });

const handleFrom = (name: string): string => name.trim().toLowerCase().split(/\s+/)[0]?.replace(/[^a-z0-9]/g, "") ?? "";

/** The first start of a real provider: its services, the numbers to ring, and the first manager. */
export function SetUp({ code }: { code: string | null }) {
  const acts = useActs();
  const acting = useAct();
  const [setUpCode, setSetUpCode] = useState(code ?? "");
  const [provider, setProvider] = useState("");
  const [ownHandle, setOwnHandle] = useState<string | null>(null);
  const [services, setServices] = useState<NewService[]>([emptyService()]);
  const [name, setName] = useState("");
  const [ownName, setOwnName] = useState<string | null>(null);
  const [passphrase, setPassphrase] = useState("");
  const handle = ownHandle ?? handleFrom(provider);
  const signInName = ownName ?? suggestedName(name);
  const error = (field: string): string | null => acting.errors[field] ?? null;
  const change = (index: number, part: Partial<NewService>): void =>
    setServices(services.map((service, place) => (place === index ? { ...service, ...part } : service)));

  const setUp = (): void => {
    const missing: Record<string, string> = {};
    if (!setUpCode.trim()) missing["set_up_code"] = "Write the set-up code";
    if (!provider.trim()) missing["provider.name"] = "Write the name of your organisation";
    if (!handle) missing["provider.handle"] = "Write a short name";
    services.forEach((service, index) => {
      if (!service.name.trim()) missing[`services.${index}.name`] = "Write the name of the service";
      if (!service.officeNumber.trim()) missing[`services.${index}.office_number`] = "Write the number of the office";
      if (!service.onCallNumber.trim()) missing[`services.${index}.on_call_number`] = "Write the number to ring when it cannot wait";
    });
    if (!name.trim()) missing["manager.name"] = "Write your name";
    if (!signInName) missing["manager.sign_in_name"] = "Write a sign-in name";
    const weak = passphraseProblem(passphrase);
    if (weak) missing["manager.password"] = weak;
    if (Object.keys(missing).length) return acting.refuse(missing);
    void acting.run(async () => {
      await acts.setUp({
        setUpCode: setUpCode.trim(),
        provider: { name: provider.trim(), handle },
        services: services.map((service) => ({ ...service, name: service.name.trim() })),
        manager: { name: name.trim(), signInName, passphrase },
      });
      go(to("begin"));
    });
  };

  return (
    <Entrance title="Set up Heed" acting={acting} onSubmit={setUp}>
      <PlainInput
        at="set_up_code" title="Set-up code" help="It was printed where Heed was started." exact
        value={setUpCode} error={error("set_up_code")} onInput={setSetUpCode}
      />
      <h2>Your organisation</h2>
      <PlainInput at="provider.name" title="Name" autocomplete="organization" value={provider} error={error("provider.name")} onInput={setProvider} />
      <PlainInput
        at="provider.handle" title="Short name" help={`Everybody signs in with it: amina@${handle || "meadow"}`} exact
        value={handle} error={error("provider.handle")} onInput={(text) => setOwnHandle(text.toLowerCase())}
      />
      <h2>Your services</h2>
      {services.map((service, index) => (
        <fieldset class="line-item stack" key={index}>
          <legend class="only-heard">Service {index + 1}</legend>
          <PlainInput at={`services.${index}.name`} title="Name of the branch, house or team" value={service.name} error={error(`services.${index}.name`)} onInput={(text) => change(index, { name: text })} />
          <Select at={`services.${index}.kind`} title="What kind" options={serviceKinds} value={service.kind} error={error(`services.${index}.kind`)} onChoose={(value) => change(index, { kind: value as ServiceKind })} />
          <Select
            at={`services.${index}.division`} title="Where" help="It decides which bank holidays count." options={divisions}
            value={service.division} error={error(`services.${index}.division`)} onChoose={(value) => change(index, { division: value as Division })}
          />
          <PlainInput at={`services.${index}.office_number`} title="Office number" kind="tel" value={service.officeNumber} error={error(`services.${index}.office_number`)} onInput={(text) => change(index, { officeNumber: text })} />
          <PlainInput
            at={`services.${index}.on_call_number`} title="On-call number" help="Workers ring it when somebody may be in danger." kind="tel"
            value={service.onCallNumber} error={error(`services.${index}.on_call_number`)} onInput={(text) => change(index, { onCallNumber: text })}
          />
          {services.length > 1 && <Button kind="plain" onPress={() => setServices(services.filter((_, place) => place !== index))}>Remove this service</Button>}
        </fieldset>
      ))}
      <Button kind="quiet" icon="plus" onPress={() => setServices([...services, emptyService()])}>Add another service</Button>
      <h2>You, the first manager</h2>
      <PlainInput at="manager.name" title="Your name" autocomplete="name" value={name} error={error("manager.name")} onInput={setName} />
      <PlainInput
        at="manager.sign_in_name" title="Sign-in name" help={`You will sign in as ${signInName || "amina"}@${handle || "meadow"}`} exact autocomplete="username"
        value={signInName} error={error("manager.sign_in_name")} onInput={(text) => setOwnName(text.toLowerCase())}
      />
      <SecretInput at="manager.password" title="Choose a passphrase" help="Three or four words are easy to remember and hard to guess." isNew value={passphrase} error={error("manager.password")} onInput={setPassphrase} />
      <Button submits wide busy={acting.busy}>Set up</Button>
      <ButtonLink href={to("sign-in")} kind="plain">Heed is set up already: sign in</ButtonLink>
    </Entrance>
  );
}
