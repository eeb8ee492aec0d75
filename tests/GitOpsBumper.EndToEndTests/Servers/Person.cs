namespace GitOpsBumper.EndToEndTests.Servers;

/// <summary>Somebody with a working copy of a repository, who commits and pushes as people do.</summary>
public sealed class Person : IDisposable
{
    private readonly ScratchFolder _home;
    private readonly string _name;

    private Person(ScratchFolder home, string name)
    {
        _home = home;
        _name = name;
    }

    /// <summary>The working copy.</summary>
    public string Folder => _home.Folder("copy");

    /// <param name="url">With credentials in it where the server wants them: nobody looks over this person's shoulder.</param>
    public static async Task<Person> CloneAsync(string name, string url, CancellationToken token)
    {
        var person = new Person(new ScratchFolder("gob-person-"), name);
        await person.GitAsync(["clone", "--quiet", url, "."], token);
        // An empty repository leaves whatever branch git prefers.
        if ((await GitCommand.TryAsync(person.Folder, ["rev-parse", "--verify", "--quiet", "HEAD"], token)).ExitCode != 0)
            await person.GitAsync(["symbolic-ref", "HEAD", "refs/heads/main"], token);
        return person;
    }

    /// <summary>Writes files (null removes one) and commits them; returns the commit.</summary>
    public async Task<string> CommitAsync(string message, IReadOnlyDictionary<string, string?> files, CancellationToken token)
    {
        foreach (var (path, text) in files)
        {
            var file = Path.Combine(Folder, path);
            if (text is null)
            {
                File.Delete(file);
                continue;
            }

            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, text, token);
        }

        await GitAsync(["add", "--all"], token);
        await GitAsync(["-c", $"user.name={_name}", "-c", $"user.email={_name.ToLowerInvariant()}@example.com", "commit", "--quiet", "--allow-empty", "-m", message], token);
        return await GitAsync(["rev-parse", "HEAD"], token);
    }

    public Task<string> CommitAsync(string message, string file, string text, CancellationToken token) =>
        CommitAsync(message, new Dictionary<string, string?>(StringComparer.Ordinal) { [file] = text }, token);

    /// <summary>Pushes what is checked out to a branch of that name, the current one when null.</summary>
    public Task PushAsync(CancellationToken token, string? branch = null) =>
        GitAsync(["push", "--quiet", "origin", branch is null ? "HEAD" : $"HEAD:refs/heads/{branch}"], token);

    /// <summary>Fetches and makes the working copy what the branch is on the server.</summary>
    public async Task PullAsync(CancellationToken token, string branch = "main")
    {
        await GitAsync(["fetch", "--quiet", "origin", branch], token);
        await GitAsync(["checkout", "--quiet", "-B", branch, "FETCH_HEAD"], token);
    }

    public Task<string> GitAsync(IReadOnlyList<string> arguments, CancellationToken token) => GitCommand.RunAsync(Folder, arguments, token);

    public void Dispose() => _home.Dispose();
}
