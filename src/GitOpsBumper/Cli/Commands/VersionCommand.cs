using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;

namespace GitOpsBumper.Cli.Commands;

internal static class VersionCommand
{
    /// <summary>Without the commit that the SDK may append.</summary>
    public static string Version { get; } =
        (typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0").Split('+')[0];

    public static Command Create(CommandContext context)
    {
        var command = new TaughtCommand("version", "Prints the version.", "bumper version");
        command.SetAction(_ => context.Terminal.Line($"bumper {Version} ({RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier})"));
        return command;
    }
}
