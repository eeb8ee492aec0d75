# syntax=docker/dockerfile:1
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY src/ src/
# One command for both: what compiles ahead of time is restored only by a publish. The lock files say which packages, or it fails.
RUN dotnet publish src/GitOpsBumper --configuration Release --output /app -p:RestoreLockedMode=true

FROM mcr.microsoft.com/dotnet/aspnet:10.0
LABEL org.opencontainers.image.title="GitOpsBumper" \
      org.opencontainers.image.description="Writes new image versions into git, where Argo CD finds them." \
      org.opencontainers.image.licenses="Apache-2.0"
# What the bot calls: git, ssh for git over ssh, gpg for signatures. The link puts bumper on the PATH, for pipelines that run scripts in this image.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git openssh-client gnupg ca-certificates \
    && apt-get clean \
    && rm -rf /var/lib/apt/lists/* /var/cache/debconf/*-old /var/log/apt /var/log/dpkg.log \
    && install --directory --mode=0700 --owner="$APP_UID" --group="$APP_UID" /var/cache/bumper \
    && ln --symbolic /app/bumper /usr/local/bin/bumper
COPY --from=build /app /app
# The user that the base image brings, 1654: it has an entry in /etc/passwd, without which ssh does not run. The root file system may be read-only: what is written goes to the cache folder and to /tmp.
USER $APP_UID
ENV BUMPER_CACHE_DIR=/var/cache/bumper
EXPOSE 8080 8081
ENTRYPOINT ["/app/bumper"]
CMD ["run"]
