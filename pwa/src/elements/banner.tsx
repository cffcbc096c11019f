import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon";

export type BannerKind = "calm" | "amber" | "red" | "green";

const icons: Record<BannerKind, IconName> = { calm: "cloud", amber: "clock", red: "worry", green: "tick" };

/** A message that stays until what it says is no longer true. */
export function Banner({ kind, children, icon }: { kind: BannerKind; children: ComponentChildren; icon?: IconName }) {
  return (
    <div class={`banner banner-${kind}`} role={kind === "red" ? "alert" : undefined}>
      <Icon name={icon ?? icons[kind]} />
      <div class="banner-words">{children}</div>
    </div>
  );
}
