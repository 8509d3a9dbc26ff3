// Runs before the theme's script and spares a visit what it does too early.

// The theme starts at the first sign of a reader: until then the page lacks
// nothing, and on a phone the start takes half a second. A key that came first,
// or a click on the switch of the scheme, is repeated when the theme can hear it;
// the navigation and the search open without it.
{
  const signs = ["pointermove", "pointerdown", "keydown", "wheel", "scroll",
    "focusin", "beforeprint"]
  const scheme = matchMedia("(prefers-color-scheme: dark)")
  const begin = (sign) => {
    for (const name of signs) removeEventListener(name, begin, true)
    scheme.removeEventListener("change", begin)
    let again = () => {
      if (sign.type === "keydown") dispatchEvent(new KeyboardEvent("keydown", sign))
    }
    const wait = (event) => {
      const label = event.target.closest("[data-md-component=palette] label")
      if (!label) return
      event.preventDefault()
      again = () => label.click()
    }
    addEventListener("click", wait, true)
    const links = [...document.querySelectorAll("link[rel=prefetch]")]
    const scripts = links.map((link) => {
      const script = document.createElement("script")
      script.async = false
      script.src = link.href
      link.replaceWith(script)
      return script
    })
    scripts[scripts.length - 1].onload = () => {
      document.dispatchEvent(new Event("DOMContentLoaded")) // it waits for that
      removeEventListener("click", wait, true)
      again()
    }
  }
  for (const name of signs) addEventListener(name, begin, true)
  scheme.addEventListener("change", begin)
  const {index = 0} = __md_get("__palette") ?? {}
  document.querySelectorAll("[data-md-component=palette] label")[index].hidden = false
}

// The index of the search is loaded when somebody is about to search.
{
  const request = XMLHttpRequest.prototype
  const open = request.open
  request.open = function (method, url, ...rest) {
    open.call(this, method, url, ...rest)
    if (!String(url).endsWith("/search/search_index.json")) return
    this.send = () => {
      const wanted = (event) => {
        if (!event.target.matches("[data-md-component=search-query]")) return
        removeEventListener("focusin", wanted)
        request.send.call(this)
      }
      addEventListener("focusin", wanted)
    }
  }
}

// What follows styles every element again, and the theme does it at each start.

// It sets the scheme also where it stays, marks the body meanwhile, and tells
// the browser the scheme; the page's own head and style sheet have said it.
document.body.setAttribute = function (name, value) {
  const changes = this.getAttribute(name) !== value
  if (changes && name !== "data-md-color-switching")
    Element.prototype.setAttribute.call(this, name, value)
}
document.head.appendChild = function (node) {
  if (node.name === "color-scheme") return node
  return Node.prototype.appendChild.call(this, node)
}

// It makes addresses absolute, so that they hold on the next page, and with its
// address a style sheet is read again: time enough at the first click, before
// which no link is followed.
{
  const sheets = document.querySelectorAll("link[rel=stylesheet]")
  const {get} = Object.getOwnPropertyDescriptor(HTMLLinkElement.prototype, "href")
  for (const sheet of sheets)
    Object.defineProperty(sheet, "href", {get, set() {}, configurable: true})
  const move = () => {
    for (const sheet of sheets) {
      delete sheet.href
      sheet.href = sheet.href
    }
  }
  addEventListener("click", move, {capture: true, once: true})
}
