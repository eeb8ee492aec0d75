using System.CommandLine;
using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Cli.Output;
using GitOpsBumper.Configuration;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.ImageUpdaters;
using GitOpsBumper.Reports;

namespace GitOpsBumper.Cli.Commands;

/// <summary><c>bumper lint</c>: the problems of annotations, without network.</summary>
internal static class LintCommand
{
    public static Command Create(CommandContext context)
    {
        var paths = new Argument<string[]>("path") { Description = "Files and folders with Applications.", Arity = ArgumentArity.OneOrMore };
        var command = new TaughtCommand("lint", "Names every mistake in the annotations of Applications. Asks nobody.", """
            # before a merge
            bumper lint apps/
            # for a pipeline
            bumper lint --output json apps/web.yaml
            """)
        {
            paths,
        }.With(SettingDefinitions.Config, SettingDefinitions.AllowedSecretNamespaces, SettingDefinitions.DefaultWriteBackMethod, SettingDefinitions.Output);
        command.SetAction(parsed =>
        {
            var settings = context.Loader(parsed).Load();
            var missing = parsed.GetRequiredValue(paths).Where(path => !File.Exists(path) && !Directory.Exists(path)).Select(path => $"'{path}' does not exist").ToList();
            if (missing.Count > 0)
                throw new UsageException(missing);
            return Lint(context.Terminal, settings, ManifestSource.Load(parsed.GetRequiredValue(paths)));
        });
        return command;
    }

    private static int Lint(Terminal terminal, BumperSettings settings, ManifestSet manifests)
    {
        var policies = manifests.Applications.Select(application => AnnotationReader.Read(application, settings.Annotations)).OfType<ApplicationPolicy>().ToList();
        var problems = policies
            .SelectMany(policy => policy.AllProblems.Select(problem => new Finding(policy.Application.ToString(), problem)))
            .ToList();
        // What a resource says wrong is told once, and not of every Application that it selects.
        var ofResources = manifests.ImageUpdaters
            .SelectMany(resource => ImageUpdaterCheck.Problems(resource, settings.Annotations).Select(problem => new Finding(resource.Title, problem))).ToList();
        var told = ofResources.Select(finding => (Key: $"{finding.Owner}: {finding.Problem.Key}", finding.Problem.Message)).ToHashSet();
        problems = [.. ofResources, .. problems.Where(finding => !told.Contains((finding.Problem.Key, finding.Problem.Message)))];
        if (settings.Output == OutputFormat.Json)
            terminal.Output.WriteLine(Json(manifests, problems));
        else
            Print(terminal, manifests, policies.Count, problems);
        return manifests.Problems.Any(problem => !problem.IsNote) || problems.Count > 0 ? ExitCode.SomeFailed : ExitCode.Done;
    }

    private static void Print(Terminal terminal, ManifestSet manifests, int applications, IReadOnlyList<Finding> problems)
    {
        foreach (var problem in manifests.Problems)
            terminal.Line(problem.ToString(), problem.IsNote ? "grey" : "red");
        foreach (var finding in problems)
            terminal.Line($"{finding.Owner}: {finding.Problem.Key}: {finding.Problem.Message}", "yellow");
        terminal.Line($"{manifests.Applications.Count} Applications, {applications} with images, {problems.Count} problems.");
    }

    private static string Json(ManifestSet manifests, IReadOnlyList<Finding> problems) => JsonReport.Render(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("files");
        foreach (var problem in manifests.Problems)
        {
            json.WriteStartObject();
            json.WriteString("file", problem.File);
            json.WriteNumber("line", problem.Line);
            json.WriteString("message", problem.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("problems");
        foreach (var finding in problems)
        {
            json.WriteStartObject();
            json.WriteString("application", finding.Owner);
            JsonReport.WriteFields(json, finding.Problem);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <param name="Owner">An Application, or a resource with its kind.</param>
    private sealed record Finding(string Owner, Problem Problem);
}
