// What Leaflet has and its types don't say; vendored as it is, it does not change under us.
import "leaflet";

declare module "leaflet" {
  interface Map {
    readonly _loaded?: boolean;
    readonly _animatingZoom?: boolean;
  }
  interface Handler {
    moving(): boolean;
  }
  namespace Control {
    interface Zoom {
      readonly _zoomInButton: HTMLElement;
      readonly _zoomOutButton: HTMLElement;
    }
  }
}
