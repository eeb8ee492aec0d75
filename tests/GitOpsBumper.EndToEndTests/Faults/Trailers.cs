using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Faults;

/// <summary>What our commits say of themselves.</summary>
internal static class Trailers
{
    /// <summary>Application and version of every update on these branches, as in <c>web 1.2.0</c>.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync(HostedRepository repository, params string[] branches)
    {
        var text = await repository.GitAsync(
            ["log", "--author=GitOpsBumper", "--format=%(trailers:key=Bumper-Update,valueonly)", .. branches.Select(branch => $"refs/heads/{branch}"), "--"],
            TestContext.Current.CancellationToken);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).Select(words => $"{words[0].Split('/')[1]} {words[^1]}")];
    }
}
