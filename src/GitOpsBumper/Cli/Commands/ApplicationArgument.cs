using System.CommandLine;
using GitOpsBumper.Configuration;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Hosting;

namespace GitOpsBumper.Cli.Commands;

/// <summary>The application that a command is about.</summary>
internal static class ApplicationArgument
{
    public static Argument<string> Create() => new("application") { Description = "Name, or namespace/name." };

    public static Argument<string?> Alias(string description) => new("alias") { Description = description, Arity = ArgumentArity.ZeroOrOne };

    /// <exception cref="UsageException">There is none of that name, or several.</exception>
    public static ApplicationSnapshot Find(SingleRun run, string name)
    {
        var found = run.Manifests.Applications.Where(candidate => candidate.Name.Name == name || candidate.Name.ToString() == name).ToList();
        return found.Count == 1
            ? found[0]
            : throw new UsageException([found.Count == 0 ? $"no Application '{name}' in {(run.Settings.Manifests.Count > 0 ? "the manifests" : "the cluster")}" : $"'{name}' names {found.Count} Applications: give namespace/name"]);
    }
}
