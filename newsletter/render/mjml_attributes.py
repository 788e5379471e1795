"""The attributes that each element of MJML knows; the engine drops any other without a word.

The source is the reference, npm's mjml 5.4.1: `allowedAttributes` of each component.
"""

from __future__ import annotations

from collections.abc import Mapping

_TABLE = """
mj-accordion: border container-background-color font-family icon-align icon-height icon-position icon-unwrapped-alt
    icon-unwrapped-url icon-width icon-wrapped-alt icon-wrapped-url PADDING
mj-accordion-element: background-color border font-family icon-align icon-height icon-position icon-unwrapped-alt
    icon-unwrapped-url icon-width icon-wrapped-alt icon-wrapped-url
mj-accordion-text: background-color color font-family font-size font-weight letter-spacing line-height PADDING
mj-accordion-title: background-color color font-family font-size font-weight PADDING
mj-attributes:
mj-body: background-color id width
mj-breakpoint: width
mj-button: align background-color border-radius color container-background-color font-family font-size font-style
    font-weight height href inner-padding letter-spacing line-height name rel target text-align text-decoration
    text-transform title vertical-align width PADDING BORDER
mj-carousel: align border-radius container-background-color icon-width left-icon right-icon tb-border
    tb-border-radius tb-hover-border-color tb-selected-border-color tb-width thumbnails PADDING
mj-carousel-image: alt border-radius href rel src target tb-border tb-border-radius thumbnails-src title
mj-column: background-color border-radius direction inner-background-color inner-border inner-border-bottom
    inner-border-left inner-border-radius inner-border-right inner-border-top vertical-align width PADDING BORDER
mj-divider: align border-color border-style border-width container-background-color width PADDING
mj-font: href name
mj-group: background-color direction vertical-align width
mj-head:
mj-hero: background-color background-height background-position background-url background-width border-radius height
    inner-background-color inner-padding inner-padding-bottom inner-padding-left inner-padding-right
    inner-padding-top mode vertical-align PADDING
mj-html-attributes:
mj-image: align alt border-radius container-background-color fluid-on-mobile font-size height href max-height name
    rel sizes src srcset target title usemap width PADDING BORDER
mj-navbar: align base-url hamburger ico-align ico-close ico-color ico-font-family ico-font-size ico-line-height
    ico-open ico-padding ico-padding-bottom ico-padding-left ico-padding-right ico-padding-top ico-text-decoration
    ico-text-transform PADDING
mj-navbar-link: color font-family font-size font-style font-weight href letter-spacing line-height name rel target
    text-decoration text-transform PADDING
mj-preview:
mj-raw: position
mj-section: background-color background-position background-position-x background-position-y background-repeat
    background-size background-url border-radius direction full-width gutter text-align text-padding PADDING BORDER
mj-social: align border border-radius color container-background-color font-family font-size font-style font-weight
    icon-height icon-padding icon-size inner-padding line-height mode table-layout text-decoration text-padding
    vertical-align PADDING
mj-social-element: align alt background-color border border-radius color font-family font-size font-style
    font-weight href icon-height icon-padding icon-position icon-size line-height name rel sizes src srcset target
    text-decoration text-padding title vertical-align PADDING
mj-spacer: container-background-color height PADDING BORDER
mj-style: inline
mj-table: align border cellpadding cellspacing color container-background-color font-family font-size font-weight
    line-height role table-layout vertical-align width PADDING
mj-text: align background-color color container-background-color font-family font-size font-style font-weight height
    letter-spacing line-height text-decoration text-transform vertical-align PADDING
mj-title:
mj-wrapper: background-color background-position background-position-x background-position-y background-repeat
    background-size background-url border-radius direction full-width gap gutter text-align text-padding PADDING
    BORDER
"""

_SIDES = ("", "-top", "-right", "-bottom", "-left")
_EVERYWHERE = frozenset({"css-class", "mj-class"})


def _read(table: str) -> Mapping[str, frozenset[str]]:
    """Return the attributes of each element; a group in capitals stands for a property and that of each side."""
    found: dict[str, frozenset[str]] = {"mjml": frozenset({"dir", "lang", "owa"})}
    for entry in table.replace("\n    ", " ").split("\n"):
        element, _, names = entry.partition(":")
        if not element:
            continue
        groups = [name.lower() + side for name in names.split() if name.isupper() for side in _SIDES]
        single = [name for name in names.split() if not name.isupper()]
        found[element] = _EVERYWHERE.union(single, groups)
    return {**found, "mj-all": frozenset().union(*found.values())}


ATTRIBUTES: Mapping[str, frozenset[str]] = _read(_TABLE)
"""By the name of the element; `mj-class`, which takes any, is not there."""
