using System.CommandLine;
using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Cli.Output;
using GitOpsBumper.Configuration;
using GitOpsBumper.Core.Annotations;
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
            .SelectMany(policy => policy.Problems.Concat(policy.Images.SelectMany(image => image.Problems)).Distinct().Select(problem => new Finding(policy.Application.ToString(), problem)))
            .ToList();
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
            terminal.Line($"{finding.Application}: {finding.Problem.Key}: {finding.Problem.Message}", "yellow");
        terminal.Line($"{manifests.Applications.Count} Applications, {applications} with an image list, {problems.Count} problems.");
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
            json.WriteString("application", finding.Application);
            JsonReport.WriteFields(json, finding.Problem);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    private sealed record Finding(string Application, Problem Problem);
}
