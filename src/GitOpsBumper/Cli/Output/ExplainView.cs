using GitOpsBumper.Configuration;
using GitOpsBumper.Controller;
using GitOpsBumper.Core.Selection;
using GitOpsBumper.Reports;

namespace GitOpsBumper.Cli.Output;

/// <summary>The way of every tag of one image through the steps of its policy.</summary>
internal static class ExplainView
{
    /// <summary>Above this many tags a person gets counts and examples; JSON always has all.</summary>
    private const int ShownPerStep = 8;

    public static void Print(Terminal terminal, OutputFormat format, ExplainedImage explained)
    {
        var (image, state, decision, verdicts, route, requests) = explained;
        if (format == OutputFormat.Json)
        {
            terminal.Output.WriteLine(Json(explained));
            return;
        }

        var constraint = image.ConstraintText.Length == 0 ? "" : $" {image.ConstraintText}";
        terminal.Line($"{image.Image.Name}  {StrategyWords.Word(image.Strategy.Kind)}{constraint}", "bold");
        if (route is not null)
        {
            terminal.Line($"  registry   {route.Registry}");
            terminal.Line($"  asked with {route.Credentials}");
        }

        foreach (var host in requests.GroupBy(count => count.Host))
            terminal.Line($"  requests   {string.Join(", ", host.Select(count => $"{count.Requests} {count.Kind}"))} to {host.Key}");
        terminal.Line($"  current    {state.CurrentText ?? "-"}");
        terminal.Line($"  candidate  {decision.Candidate?.ToString() ?? "-"}", decision.Candidate is null ? "yellow" : "green");
        if (image.Verify is { } key)
            terminal.Line($"  verify     {key}");
        terminal.Line($"  because    {decision.Reason}");
        foreach (var step in verdicts.GroupBy(verdict => verdict.Step).OrderBy(step => step.Key))
        {
            terminal.Line();
            terminal.Line($"  {Heading(step.Key)}: {step.Count()}", "bold");
            foreach (var verdict in step.Take(ShownPerStep))
                terminal.Line($"    {verdict.Tag}  {verdict.Reason}");
            if (step.Count() > ShownPerStep)
                terminal.Line($"    ... and {step.Count() - ShownPerStep} more (all of them with --output json)", "grey");
        }
    }

    private static string Json(ExplainedImage explained) => JsonReport.Render(json =>
    {
        var (image, state, decision, verdicts, route, requests) = explained;
        json.WriteStartObject();
        json.WriteString("alias", image.Alias);
        json.WriteString("image", image.Image.Name);
        json.WriteString("strategy", StrategyWords.Word(image.Strategy.Kind));
        json.WriteString("constraint", image.ConstraintText);
        json.WriteString("registry", route?.Registry.ToString());
        json.WriteString("credentials", route?.Credentials);
        json.WriteStartArray("requests");
        foreach (var count in requests)
        {
            json.WriteStartObject();
            json.WriteString("host", count.Host);
            json.WriteString("kind", count.Kind);
            json.WriteNumber("requests", count.Requests);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("current", state.CurrentText);
        json.WriteString("candidate", decision.Candidate?.ToString());
        json.WriteString("verify", image.Verify?.ToString());
        json.WriteString("reason", decision.Reason);
        json.WriteStartArray("tags");
        foreach (var verdict in verdicts)
        {
            json.WriteStartObject();
            json.WriteString("tag", verdict.Tag.Text);
            json.WriteString("step", Word(verdict.Step));
            json.WriteString("reason", verdict.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static string Heading(SelectionStep step) => step switch
    {
        SelectionStep.ToolArtefact => "left out, artefacts of tools",
        SelectionStep.AllowTags => "fell at allow-tags",
        SelectionStep.IgnoreTags => "fell at ignore-tags",
        SelectionStep.Parse => "fell at the strategy's form",
        SelectionStep.Variant => "fell at the variant",
        SelectionStep.Constraint => "fell at the constraint",
        SelectionStep.Platform => "fell at the platform",
        SelectionStep.Rejected => "taken back by hand",
        SelectionStep.Pending => "younger than min-age",
        SelectionStep.Held => "held back",
        SelectionStep.Outranked => "allowed, but not the newest",
        _ => "chosen",
    };

    private static string Word(SelectionStep step) => step switch
    {
        SelectionStep.ToolArtefact => "tool-artefact",
        SelectionStep.AllowTags => "allow-tags",
        SelectionStep.IgnoreTags => "ignore-tags",
        SelectionStep.Parse => "parse",
        SelectionStep.Variant => "variant",
        SelectionStep.Constraint => "constraint",
        SelectionStep.Platform => "platform",
        SelectionStep.Rejected => "rejected",
        SelectionStep.Pending => "pending",
        SelectionStep.Held => "held",
        SelectionStep.Outranked => "outranked",
        _ => "chosen",
    };
}
