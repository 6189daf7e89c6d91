/// A small line chart as SVG.
struct Chart: Sendable {
    let title: String
    /// The latest value as text.
    let latest: String
    /// The values of each line, oldest first.
    let lines: [[Double]]
    /// Formats a value as text.
    let format: @Sendable (Double) -> String

    private static let width = 240.0
    private static let height = 60.0

    /// The largest value of all lines, which the chart shows at its top.
    private var most: Double { max(lines.flatMap { $0 }.max() ?? 0, 0) }

    func data(_ words: Words) -> PageData {
        let most = most > 0 ? most : 1
        let values = ["title": title, "latest": latest, "most": format(self.most)]
        return [
            "title": title, "latest": latest, "foot": words.text("chart_foot", values),
            "label": words.text("chart_label", values),
            "lines": lines.enumerated().map { place, values -> PageData in
                ["points": Self.points(values, most), "second": place == 1]
            },
        ]
    }

    /// Returns the points of a line for SVG. The last of `values` is at the right edge. A value of `most` is at the
    /// top.
    static func points(_ values: [Double], _ most: Double) -> String {
        let step = width / Double(max(1, HealthHistory.most - 2))
        return values.enumerated().map { place, value in
            let x = width - Double(values.count - 1 - place) * step
            let y = height - min(1, max(0, value / most)) * (height - 2) - 1
            return "\(Int(x.rounded())),\((y * 10).rounded() / 10)"
        }.joined(separator: " ")
    }

    static let markup = """
        <section class="card fields" aria-label="{{title}}"><h2>{{title}}</h2><p class="figure">{{latest}}</p><svg class="chart" viewBox="0 0 240 60" preserveAspectRatio="none" role="img" aria-label="{{label}}"><line x1="0" y1="59.5" x2="240" y2="59.5"></line>{{#lines}}<polyline{{#second}} class="two"{{/second}} points="{{points}}"></polyline>{{/lines}}</svg><p class="soft">{{foot}}</p></section>
        """
}
