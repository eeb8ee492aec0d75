using GitOpsBumper.Adapters.Processes;

namespace GitOpsBumper.Adapters.Git.History;

/// <summary>Who sits before this machine, as their own git configuration says.</summary>
public static class GitPerson
{
    /// <summary><c>Ada &lt;ada@example.com&gt;</c>, or one of both; null when git does not know, or is not there.</summary>
    public static async Task<string?> FindAsync(CancellationToken cancellationToken)
    {
        try
        {
            var request = new ProcessRequest("git", ["config", "--get-regexp", @"^user\.(name|email)$"]) { InheritsEnvironment = true, Timeout = TimeSpan.FromSeconds(10) };
            var result = await new ProcessRunner(TimeProvider.System).RunAsync(request, cancellationToken).ConfigureAwait(false);
            var said = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ', 2)).Where(pair => pair.Length == 2)
                .GroupBy(pair => pair[0], StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Last()[1].Trim(), StringComparer.Ordinal);
            return (said.GetValueOrDefault("user.name"), said.GetValueOrDefault("user.email")) switch
            {
                ({ Length: > 0 } name, { Length: > 0 } email) => $"{name} <{email}>",
                ({ Length: > 0 } name, _) => name,
                (_, { Length: > 0 } email) => email,
                _ => null,
            };
        }
        catch (ProcessException)
        {
            return null;
        }
    }
}
