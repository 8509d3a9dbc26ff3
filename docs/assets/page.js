/* An explorer starts when it comes near the screen: a page opens sooner. */
const near = new IntersectionObserver(entries => {
  for (const {isIntersecting, target} of entries) {
    if (!isIntersecting) continue
    near.unobserve(target)
    start(target)
  }
}, {rootMargin: "100%"})

document$.subscribe(() => {
  for (const live of document.querySelectorAll(".live:not([data-on])"))
    near.observe(live)
  for (const fold of document.querySelectorAll(".tools details:not([data-on])")) {
    fold.dataset.on = ""
    fold.addEventListener("toggle", () => addButtons(fold), {once: true})
  }
})

/* What a fold shows can be copied and, where it is wide, scrolled by keys. */
function addButtons(fold) {
  for (const block of fold.querySelectorAll("pre")) {
    const button = document.createElement("button")
    button.className = "copy"
    button.textContent = "Copy"
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(block.textContent)
      button.textContent = "Copied"
    })
    block.tabIndex = 0
    block.before(button)
  }
}

/* A figure whose curves, points and tangent follow its sliders. The mathematics
   stands in the page's data attributes, printed there from the formula. */
function start(live) {
  const form = live.querySelector("form")
  const inputs = [...form.querySelectorAll("input, select")]
  const names = inputs.map(input => input.name)
  const value = new Function(...names, `return ${live.dataset.value}`)
  const slope = new Function(...names, `return ${live.dataset.slope}`)
  const more = Object.entries(JSON.parse(live.dataset.said ?? "{}"))
    .map(([word, code]) =>
      [word, new Function(...names, `return ${code}`), word.replace(/\W/g, "-")])
  const [x0, x1, y0, y1, left, right, bottom, top] =
    live.dataset.corners.split(" ").map(Number)
  const across = x => left + ((x - x0) / (x1 - x0)) * (right - left)
  const up = y => bottom + ((y - y0) / (y1 - y0)) * (top - bottom)
  const svg = live.querySelector("svg")
  const part = name => svg.querySelector(`[id$="-live-${name}"]`)
  const line = (name, points) =>
    part(name)?.querySelector("path").setAttribute(
      "d", "M" + points.map(([x, y]) =>
        `${across(x).toFixed(2)} ${up(y).toFixed(2)}`).join("L"))
  const dot = (name, x, y) => {
    const mark = part(name)?.querySelector("use")
    mark?.setAttribute("x", across(x))
    mark?.setAttribute("y", up(y))
  }
  const text = number => number.toFixed(4).replace("-", "−")

  function draw() {
    const [x, ...rest] = inputs.map(input => Number(input.value))
    const y = value(x, ...rest)
    const rise = slope(x, ...rest)
    const grid = Array.from({length: 241}, (_, i) => x0 + ((x1 - x0) * i) / 240)
    line("value", grid.map(t => [t, value(t, ...rest)]))
    line("slope", grid.map(t => [t, slope(t, ...rest)]))
    line("tangent", [-2, 2].map(step => [x + step, y + step * rise]))
    dot("point", x, y)
    dot("slope-point", x, rise)
    for (const [, number, name] of more) {
      if (part(name)) line(name, grid.map(t => [t, number(t, ...rest)]))
      dot(`${name}-point`, x, number(x, ...rest))
    }
    for (const input of form.querySelectorAll("input"))
      input.nextElementSibling.value = input.value.replace("-", "−")
    const said = [["value", y], ["slope", rise],
      ...more.map(([word, number]) => [word, number(x, ...rest)])]
      .map(([word, number]) => `${word} ${text(number)}`).join(", ")
    form.querySelector(".said").value = said
    inputs[0].setAttribute("aria-valuetext", `${inputs[0].value}: ${said}`)
  }

  function drag(event) {
    const point = new DOMPoint(event.clientX, event.clientY)
    const {x} = point.matrixTransform(svg.getScreenCTM().inverse())
    inputs[0].value = x0 + ((x - left) / (right - left)) * (x1 - x0)
    draw()
  }

  svg.addEventListener("pointerdown", event => {
    svg.setPointerCapture(event.pointerId)
    drag(event)
  })
  svg.addEventListener("pointermove", event => {
    if (svg.hasPointerCapture(event.pointerId)) drag(event)
  })
  form.addEventListener("input", draw)
  form.addEventListener("submit", event => event.preventDefault())
  live.dataset.on = ""
  draw()
}
