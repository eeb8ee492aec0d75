using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using GitOpsBumper.Adapters.Git.Apps;
using GitOpsBumper.Adapters.Git.Cache;
using GitOpsBumper.Adapters.Git.Plumbing;
using GitOpsBumper.Adapters.Git.Ssh;
using GitOpsBumper.Adapters.Git.Transport;
using GitOpsBumper.Adapters.Processes;
using GitOpsBumper.Adapters.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace GitOpsBumper.Adapters.Git;

/// <summary>The folder where bare clones live: below the cache folder, or in a private temporary one that goes with this object.</summary>
public sealed partial class CloneStore : IDisposable
{
    /// <summary>Of the file beside a clone that is locked by whoever uses it, and was written when somebody used it last.</summary>
    internal const string LockSuffix = ".lock";

    private readonly ProcessRunner _runner;
    private readonly GitSettings _settings;
    private readonly string _folder;
    private readonly bool _temporary;
    private readonly TimeProvider _time;
    private readonly CloneBound _bound;
    private readonly Lazy<Task> _version;
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _inUse = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _unverified = new(StringComparer.Ordinal);

    public CloneStore(GitSettings settings, TimeProvider time)
    {
        _settings = settings;
        _time = time;
        _runner = new ProcessRunner(time);
        _version = new Lazy<Task>(() => GitVersion.CheckAsync(_runner, settings.Timeout, CancellationToken.None));
        _temporary = settings.CacheDir is null;
        _folder = _temporary ? Directory.CreateTempSubdirectory("bumper-").FullName : Path.Combine(settings.CacheDir!, "git");
        CreatePrivate(_folder);
        _bound = new CloneBound(_folder, settings.MaxCacheBytes, TryHold, folder => _names.GetValueOrDefault(folder, Path.GetFileName(folder)));
    }

    /// <summary>Hears once of each repository whose server is not verified.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Told of every operation; null: nobody is.</summary>
    public GitTelemetry? Telemetry { get; init; }

    /// <summary>Hears of each commit that a branch is about to be pushed to.</summary>
    public Action<CommitId> Pushing { get; init; } = static _ => { };

    /// <summary>Gives the tokens of GitHub Apps; null: repositories with one are asked anonymously.</summary>
    public GitHubApps? Apps { get; init; }

    /// <summary>
    /// Opens the clone of a repository, or an empty one that the first fetch fills. One caller at a time holds it: the next one in this process
    /// waits, another process is refused.
    /// </summary>
    /// <exception cref="GitException">Another process holds the clone, its disk is full, git is not usable, ssh lacks what it needs, or the client certificate cannot be used.</exception>
    public async Task<GitClone> OpenAsync(GitRemote remote, CancellationToken cancellationToken)
    {
        var url = remote.Url;
        if (remote.Credential?.SkipsTlsVerification == true && _unverified.TryAdd(url.Text, true))
            Log.Unverified(Logger, url.Text);
        await _version.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        var folder = Path.Combine(_folder, FolderName(url));
        _names[folder] = url.Text;
        var turn = TurnOf(folder);
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        Hold? hold = null;
        try
        {
            hold = new Hold(turn, Lock(folder, url));
            hold.Ssh = url.IsSsh ? SshFiles.Create(remote) : null;
            hold.Tls = remote.Credential?.Certificate is { } certificate && url.IsHttp ? TlsFiles.Create(certificate) : null;
            var git = new GitCommand(_runner, folder, remote, new GitFiles(Authorities(remote), hold.Ssh, hold.Tls), _settings.Timeout) { Telemetry = Telemetry, Apps = Apps };
            var clone = await GitClone.OpenAsync(git, url, hold, cancellationToken).ConfigureAwait(false);
            clone.Pushing = Pushing;
            return clone;
        }
        catch (Exception failure)
        {
            if (hold is null)
                turn.Release();
            else
                hold.Dispose();
            if (DiskErrors.Find(failure, url, folder) is { } told)
                throw told;
            throw;
        }
    }

    /// <summary>Removes clones that nobody uses, those first that were used longest ago, until the others fit into the cache folder.</summary>
    public void Trim() => _bound.Trim(Logger);

    public void Dispose()
    {
        if (_temporary)
            Directory.Delete(_folder, recursive: true);
    }

    internal static void CreatePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Git takes authorities from a file alone; one file for each text, as several repositories share it.</summary>
    private string? Authorities(GitRemote remote)
    {
        if (remote.Authorities is not { } pem)
            return null;
        var bytes = Encoding.UTF8.GetBytes(pem);
        var file = Path.Combine(_folder, $"authorities-{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}.pem");
        if (!File.Exists(file))
        {
            var draft = $"{file}.{Guid.NewGuid():N}";
            File.WriteAllBytes(draft, bytes);
            File.Move(draft, file, overwrite: true);
        }

        return file;
    }

    private SemaphoreSlim TurnOf(string folder) => _inUse.GetOrAdd(folder, static _ => new SemaphoreSlim(1, 1));

    /// <summary>Null where somebody uses the clone.</summary>
    private Hold? TryHold(string folder)
    {
        var turn = TurnOf(folder);
        if (!turn.Wait(0, CancellationToken.None))
            return null;
        try
        {
            return new Hold(turn, LockFile(folder));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            turn.Release();
            return null;
        }
    }

    private static FileStream LockFile(string folder) => new(folder + LockSuffix, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    private FileStream Lock(string folder, RepositoryUrl url)
    {
        try
        {
            var file = LockFile(folder);
            File.SetLastWriteTimeUtc(file.SafeFileHandle, _time.GetUtcNow().UtcDateTime);
            return file;
        }
        catch (IOException failure) when (DiskErrors.IsInUse(failure))
        {
            throw new GitException(GitFailure.Other, $"the clone of {url} is in use by another process: {failure.Message}", failure);
        }
    }

    /// <summary>Readable for people, unique by its hash.</summary>
    private static string FolderName(RepositoryUrl url)
    {
        var readable = new string([.. url.Text.Split('/')[^1].Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_').Take(40)]);
        return $"{readable}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(url.Text)))[..16]}.git";
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The server of {Repository} is not verified, because its secret says 'insecure: \"true\"'.")]
        public static partial void Unverified(ILogger logger, string repository);
    }

    /// <summary>The right to use a clone's folder, against this process and others.</summary>
    private sealed class Hold(SemaphoreSlim turn, FileStream file) : IDisposable
    {
        /// <summary>The files of ssh are there as long as the clone is in use.</summary>
        public SshFiles? Ssh { get; set; }

        /// <summary>Likewise the client certificate.</summary>
        public TlsFiles? Tls { get; set; }

        public void Dispose()
        {
            try
            {
                Ssh?.Dispose();
                Tls?.Dispose();
            }
            finally
            {
                file.Dispose();
                turn.Release();
            }
        }
    }
}
