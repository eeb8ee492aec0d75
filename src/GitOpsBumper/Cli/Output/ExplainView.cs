using GitOpsBumper.Configuration;
using GitOpsBumper.Controller;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Planning;
using GitOpsBumper.Core.Selection;
using GitOpsBumper.Reports;

namespace GitOpsBumper.Cli.Output;

/// <summary>The way of every tag of one image through the steps of its policy.</summary>
internal static class ExplainView
{
    /// <summary>Above this many tags a person gets counts and examples; JSON always has all.</summary>
    private const int ShownPerStep = 8;

    public static void Print(Terminal terminal, OutputFormat format, ImagePolicy image, ImageState state, ImageDecision decision, IReadOnlyList<TagVerdict> verdicts, RegistryRoute? route)
    {
        if (format == OutputFormat.Json)
        {
            terminal.Output.WriteLine(Json(image, state, decision, verdicts, route));
            return;
        }

        var constraint = image.ConstraintText.Length == 0 ? "" : $" {image.ConstraintText}";
        terminal.Line($"{image.Image.Name}  {StrategyWords.Word(image.Strategy.Kind)}{constraint}", "bold");
        if (route is not null)
        {
            terminal.Line($"  registry   {route.Registry}");
            terminal.Line($"  asked with {route.Credentials}");
        }

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

    private static string Json(ImagePolicy image, ImageState state, ImageDecision decision, IReadOnlyList<TagVerdict> verdicts, RegistryRoute? route) => JsonReport.Render(json =>
    {
        json.WriteStartObject();
        json.WriteString("alias", image.Alias);
        json.WriteString("image", image.Image.Name);
        json.WriteString("strategy", StrategyWords.Word(image.Strategy.Kind));
        json.WriteString("constraint", image.ConstraintText);
        json.WriteString("registry", route?.Registry.ToString());
        json.WriteString("credentials", route?.Credentials);
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
        SelectionStep.Held => "held",
        SelectionStep.Outranked => "outranked",
        _ => "chosen",
    };
}
